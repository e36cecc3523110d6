import { numberOf, type Row } from '../../row.ts'
import type { ServerFacts, Statement } from '../../statement.ts'
import { StatementError, type ServerConnection } from '../server/server-driver.ts'
import type { OracleGreeting, OracleIdentity } from './ask-identity.ts'
import { fetchTypes } from './fetch-type.ts'
import type { OracleLine, OracleModule } from './oracle-module.ts'
import { OWN_CPU } from './oracle-statements.ts'
import { toStatementError } from './to-statement-error.ts'

/** A session with Oracle, here or in the child of thick mode. */
export interface OracleServerConnection extends ServerConnection {
  /** Set again when the database has changed its role. */
  identity: OracleIdentity
}

export type SendStatement = (statement: Statement) => Promise<readonly Row[]>

/** No answer of ours comes near; it keeps a runaway join from filling the agent's memory. */
const MOST_ROWS = 20_000
/** Per round trip. The Oracle Client has room for so many whole rows at once. */
const ROWS_AT_ONCE = 200
/** V$SESSION.ACTION has so many bytes, 32 before 12.1: there the server cuts. */
const LONGEST_ACTION = 64
const GOODBYE_MS = 1_000
/** How long a server may take to cancel what runs, before the line is cut. */
const CANCEL_MS = 200
/** How much later than the server's deadline the client's is. */
const LATER_MS = 1_000

/**
 * One session with Oracle. Only queries are sent, so there is nothing to commit, and no lock of a table or row to wait for; queries wait for
 * none (Oracle has DDL_LOCK_TIMEOUT for DDL alone, and no timeout for locks that a query could take). What may take long is cancelled on
 * the server by the call timeout, and the line is cut a second later where even that is not answered. A line is never cut while a
 * statement runs without a cancel before it: a server need not notice a line that ended, and would go on with the statement.
 */
export class OracleConnection implements OracleServerConnection {
  readonly #oracledb: OracleModule
  readonly #line: OracleLine
  readonly #endLine: () => void
  readonly #types: ReturnType<typeof fetchTypes>
  #cutUnderWay: (error: StatementError) => void = () => undefined
  /** Settled when the driver is done with the statement; undefined while nobody waits for one. */
  #underWay: Promise<unknown> | undefined
  #isCut = false
  #ending: Promise<void> | undefined
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

  /** @throws Error before it was asked for */
  get identity(): OracleIdentity {
    if (this.#identity === undefined) throw new Error('askIdentity() comes first')
    return this.#identity
  }

  set identity(identity: OracleIdentity) {
    this.#identity = identity
  }

  get greeting(): OracleGreeting {
    const { oracleServerVersionString: versionText, warning } = this.#line
    return { versionText, warning: warning?.message }
  }

  /** Names the session as V$SESSION shows it, with the next round trip. */
  name({ module, clientIdentifier }: { module: string; clientIdentifier: string }): void {
    this.#line.module = module
    this.#line.clientId = clientIdentifier
    this.#line.clientInfo = clientIdentifier
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
    const underWay = this.#underWay
    if (underWay !== undefined) await this.#cancel(underWay)
    await within(GOODBYE_MS, this.#line.close()) // the other side may be gone already
    await this.#end()
  }

  destroy(): void {
    void this.#end()
  }

  /** Settled when the line has ended, 200 ms later at most; undefined while nobody ends it. */
  get ending(): Promise<void> | undefined {
    return this.#ending
  }

  #end(): Promise<void> {
    this.#ending ??= this.#cancelAndCut()
    return this.#ending
  }

  async #cancelAndCut(): Promise<void> {
    this.#isCut = true
    const underWay = this.#underWay
    if (underWay !== undefined) await this.#cancel(underWay)
    this.#endLine()
  }

  /** Never rejects: a line that takes no cancel is cut as well. */
  async #cancel(underWay: Promise<unknown>): Promise<void> {
    this.#cutUnderWay(new StatementError('lost', '', 'the line was cut'))
    const cancelled = this.#line.break().then(() => underWay)
    await within(CANCEL_MS, cancelled)
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
    // whoever lost the race is not listened to any more
    this.#underWay = work.catch(() => undefined)
    const cut = new Promise<never>((_, reject) => (this.#cutUnderWay = reject))
    const timer = setTimeout(() => {
      this.#cutUnderWay(new StatementError('silent', '', 'no answer, nor to the cancel'))
      void this.#end()
    }, timeoutMs + LATER_MS)
    try {
      return await Promise.race([work, cut])
    } finally {
      clearTimeout(timer)
      this.#cutUnderWay = () => undefined
      this.#underWay = undefined
    }
  }
}

/** Processor time of our own session by the server's statistics. @throws ProbeError where the grant is missing */
export async function readOwnCpu(send: SendStatement): Promise<number | undefined> {
  const [row] = await send(OWN_CPU)
  const centiseconds = row === undefined ? undefined : numberOf(row, 'CENTISECONDS')
  return centiseconds === undefined ? undefined : centiseconds / 100
}

/** Waits for work that may fail as well, but not for longer. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)))
  await Promise.race([work.catch(() => undefined), over])
  clearTimeout(timer)
}
