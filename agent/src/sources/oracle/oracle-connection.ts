import { numberOf, textOf, type Row } from '../../row.ts'
import { parseVersion, type ServerFacts, type Statement } from '../../statement.ts'
import { StatementError, type ServerConnection } from '../server/server-driver.ts'
import { fetchTypes } from './fetch-type.ts'
import type { OracleLine, OracleModule } from './oracle-module.ts'
import { OWN_CPU } from './oracle-statements.ts'
import { toStatementError } from './to-statement-error.ts'

/** Which database and instance a session is with. */
export interface OracleIdentity {
  readonly facts: ServerFacts
  /** DB_UNIQUE_NAME in small letters: tag `database`. */
  readonly database: string
  /** On RAC, which of the instances; undefined where the server does not say. */
  readonly instanceNumber: number | undefined
  /** What the server had to say at the logon, such as ORA-28002: the password expires soon. */
  readonly warning: string | undefined
}

/** A session with Oracle, here or in the child of thick mode. */
export interface OracleServerConnection extends ServerConnection {
  readonly identity: OracleIdentity
}

export type SendStatement = (statement: Statement) => Promise<readonly Row[]>

/** No answer of ours comes near; it keeps a runaway join from filling the agent's memory. */
const MOST_ROWS = 20_000
/** Per round trip. The Oracle Client has room for so many whole rows at once. */
const ROWS_AT_ONCE = 200
/** V$SESSION.ACTION has so many bytes, 32 before 12.1: there the server cuts. */
const LONGEST_ACTION = 64
const GOODBYE_MS = 1_000
/** How much later than the server's deadline the client's is. */
const LATER_MS = 1_000

/**
 * One session with Oracle. Only queries are sent, so there is nothing to commit, and no lock of a table or row to wait for; queries wait for
 * none (Oracle has DDL_LOCK_TIMEOUT for DDL alone, and no timeout for locks that a query could take). What may take long is cancelled on
 * the server by the call timeout, and the line is cut a second later where even that is not answered.
 */
export class OracleConnection implements ServerConnection {
  readonly #oracledb: OracleModule
  readonly #line: OracleLine
  readonly #endLine: () => void
  readonly #types: ReturnType<typeof fetchTypes>
  #cutUnderWay: (error: StatementError) => void = () => undefined
  #isCut = false
  #identity: OracleIdentity | undefined

  /** @param endLine ends the line at once, whatever is under way on it */
  constructor(oracledb: OracleModule, line: OracleLine, endLine: () => void) {
    this.#oracledb = oracledb
    this.#line = line
    this.#endLine = endLine
    this.#types = fetchTypes(oracledb)
  }

  get facts(): ServerFacts {
    return this.identity.facts
  }

  /** @throws Error before identify() */
  get identity(): OracleIdentity {
    if (this.#identity === undefined) throw new Error('identify() comes first')
    return this.#identity
  }

  /** Names the session as V$SESSION shows it, with the next round trip. */
  name({ module, clientIdentifier }: { module: string; clientIdentifier: string }): void {
    this.#line.module = module
    this.#line.clientId = clientIdentifier
    this.#line.clientInfo = clientIdentifier
  }

  /** Asks which server this is. @throws StatementError */
  async identify(variants: readonly Statement[], timeoutMs: number): Promise<void> {
    const versionText = this.#line.oracleServerVersionString
    const version = parseVersion(versionText)
    const statement = variants.find(
      ({ before }) => (before === undefined) === (version[0] ?? 0) >= 12,
    )
    if (statement === undefined)
      throw new Error(`no statement asks Oracle ${versionText} who it is`)
    const [row = {}] = await this.send(statement, [], timeoutMs)
    this.#identity = toIdentity(row, versionText, this.#line.warning?.message)
  }

  async send(
    statement: Statement,
    binds: readonly unknown[],
    timeoutMs: number,
  ): Promise<readonly Row[]> {
    if (this.#isCut) throw new StatementError('lost', '', 'the line was cut')
    try {
      return await this.#withinDeadline(this.#execute(statement, binds, timeoutMs), timeoutMs)
    } catch (error) {
      throw toStatementError(error, statement, this.#line.isHealthy())
    }
  }

  cpuSeconds(send: SendStatement): Promise<number | undefined> {
    return readOwnCpu(send)
  }

  async close(): Promise<void> {
    const goodbye = this.#line.close().catch(() => undefined) // the other side may be gone already
    let timer: NodeJS.Timeout | undefined
    await Promise.race([
      goodbye,
      new Promise((resolve) => (timer = setTimeout(resolve, GOODBYE_MS))),
    ])
    clearTimeout(timer)
    this.#end()
  }

  destroy(): void {
    this.#end()
  }

  #end(): void {
    if (this.#isCut) return
    this.#isCut = true
    this.#endLine()
    this.#cutUnderWay(new StatementError('lost', '', 'the line was cut'))
  }

  async #execute(
    statement: Statement,
    binds: readonly unknown[],
    timeoutMs: number,
  ): Promise<readonly Row[]> {
    this.#line.action = statement.id.slice(0, LONGEST_ACTION)
    this.#line.callTimeout = timeoutMs
    const { rows = [] } = await this.#line.execute(statement.text, binds, {
      outFormat: this.#oracledb.OUT_FORMAT_OBJECT,
      maxRows: MOST_ROWS + 1,
      fetchArraySize: ROWS_AT_ONCE,
      prefetchRows: ROWS_AT_ONCE,
      fetchTypeHandler: this.#types,
    })
    if (rows.length > MOST_ROWS)
      throw new StatementError('other', '', `the answer has more than ${MOST_ROWS} rows`)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- with OUT_FORMAT_OBJECT each row is an object of its columns
    return rows as readonly Row[]
  }

  async #withinDeadline<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
    work.catch(() => undefined) // whoever lost the race is not listened to any more
    const cut = new Promise<never>((_, reject) => (this.#cutUnderWay = reject))
    const timer = setTimeout(() => {
      this.#cutUnderWay(new StatementError('silent', '', 'no answer, nor to the cancel'))
      this.#end()
    }, timeoutMs + LATER_MS)
    try {
      return await Promise.race([work, cut])
    } finally {
      clearTimeout(timer)
      this.#cutUnderWay = () => undefined
    }
  }
}

/** Processor time of our own session by the server's statistics. @throws ProbeError where the grant is missing */
export async function readOwnCpu(send: SendStatement): Promise<number | undefined> {
  const [row] = await send(OWN_CPU)
  const centiseconds = row === undefined ? undefined : numberOf(row, 'CENTISECONDS')
  return centiseconds === undefined ? undefined : centiseconds / 100
}

function toIdentity(row: Row, versionText: string, warning: string | undefined): OracleIdentity {
  const container = toContainer(textOf(row, 'CDB_NAME'), textOf(row, 'CON_ID'))
  const role = (textOf(row, 'DATABASE_ROLE') ?? '').toLowerCase()
  const number = Number(textOf(row, 'INSTANCE_NUMBER') ?? Number.NaN)
  return {
    facts: {
      versionText: `Oracle Database ${versionText} (${[container, role].filter(Boolean).join(', ')})`,
      version: parseVersion(versionText),
      // An account without SYSDBA, which we never ask for, gets into open databases only.
      traits: { container, role, open: 'open' },
    },
    database: (textOf(row, 'DB_UNIQUE_NAME') ?? '').toLowerCase(),
    instanceNumber: Number.isInteger(number) ? number : undefined,
    warning,
  }
}

/** Outside of a container database there is no CDB_NAME; within, the root is container 1. */
function toContainer(cdbName: string | undefined, containerId: string | undefined): string {
  if (cdbName === undefined || containerId === undefined || containerId === '0') return 'non-cdb'
  return containerId === '1' ? 'root' : 'pdb'
}
