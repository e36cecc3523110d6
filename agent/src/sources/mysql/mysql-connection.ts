import type { Socket } from 'node:net'
import type { Connection } from 'mysql2/promise'
import { numberOf, type Row } from '../../row.ts'
import { chooseVariant, timeoutMsOf, type ServerFacts, type Statement } from '../../statement.ts'
import type { SendOwn, ServerConnection } from '../server/server-driver.ts'
import { parseServerFacts } from './parse-server-facts.ts'
import { LIMITS, OWN_CPU, READ_ONLY, SERVER, STATEMENT_LIMIT } from './session-statements.ts'
import { toStatementError } from './to-statement-error.ts'

/** How much longer than the server we wait for its own cancelling of a statement. */
const PATIENCE_MS = 1_000
const GOODBYE_MS = 1_000
const PICOSECONDS = 1e12

/** A session that is logged on and limited by the server itself. */
export class MysqlConnection implements ServerConnection {
  readonly facts: ServerFacts
  readonly #connection: Connection
  readonly #socket: Socket
  readonly #sendOwn: SendOwn
  #limitMs = 0
  #knowsCpu = true

  private constructor(
    facts: ServerFacts,
    connection: Connection,
    socket: Socket,
    sendOwn: SendOwn,
  ) {
    this.facts = facts
    this.#connection = connection
    this.#socket = socket
    this.#sendOwn = sendOwn
  }

  /** Asks what server it is and sets the session's limits. @throws what mysql2 throws, ProbeError UNPARSABLE */
  static async begin(
    connection: Connection,
    socket: Socket,
    sendOwn: SendOwn,
  ): Promise<MysqlConnection> {
    const [server] = await sendOwn(SERVER, () => ask(connection, SERVER))
    const facts = parseServerFacts(server ?? {})
    for (const statement of [READ_ONLY, LIMITS])
      await sendOwn(statement, () => ask(connection, statement))
    return new MysqlConnection(facts, connection, socket, sendOwn)
  }

  async send(
    statement: Statement,
    binds: readonly unknown[],
    timeoutMs: number,
  ): Promise<readonly Row[]> {
    try {
      await this.#limitTo(timeoutMs)
      return await ask(this.#connection, statement, binds, timeoutMs)
    } catch (error) {
      const failure = toStatementError(error)
      // The answer may still come: it would be taken for that to the next statement.
      if (failure.failure === 'silent' || failure.failure === 'lost') this.destroy()
      throw failure
    }
  }

  /** Asked for no more on this session once the server has not told it. */
  async cpuSeconds(
    send: (statement: Statement) => Promise<readonly Row[]>,
  ): Promise<number | undefined> {
    const statement = chooseVariant(OWN_CPU, this.facts)
    if (statement === undefined || !this.#knowsCpu) return undefined
    try {
      const [row] = await send(statement)
      const seconds = row === undefined ? undefined : toSeconds(row)
      this.#knowsCpu = seconds !== undefined
      return seconds
    } catch (error) {
      this.#knowsCpu = false
      throw error
    }
  }

  async close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, GOODBYE_MS)
    })
    await Promise.race([this.#connection.end().catch(() => undefined), late])
    clearTimeout(timer)
    this.destroy()
  }

  destroy(): void {
    this.#connection.destroy()
    this.#socket.destroy()
  }

  /** Tells the server how long the next statement may take, where that differs from the one before. */
  async #limitTo(timeoutMs: number): Promise<void> {
    if (timeoutMs === this.#limitMs) return
    const statement = chooseVariant(STATEMENT_LIMIT, this.facts)
    if (statement === undefined) return
    const isMariadb = this.facts.traits['flavour'] === 'mariadb'
    const limit = isMariadb ? timeoutMs / 1000 : timeoutMs
    await this.#sendOwn(statement, () => ask(this.#connection, statement, [limit]))
    this.#limitMs = timeoutMs
  }
}

async function ask(
  connection: Connection,
  statement: Statement,
  binds: readonly unknown[] = [],
  timeoutMs = timeoutMsOf(statement),
): Promise<readonly Row[]> {
  const [rows] = await connection.query({
    sql: statement.text,
    values: [...binds],
    timeout: timeoutMs + PATIENCE_MS,
  })
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of one statement that gives rows: an array of objects; of SET: no array
  return Array.isArray(rows) ? (rows as Row[]) : []
}

/** 0 is what a server says that does not count. */
function toSeconds(row: Row): number | undefined {
  const seconds =
    'cpu_picoseconds' in row
      ? (numberOf(row, 'cpu_picoseconds') ?? 0) / PICOSECONDS
      : numberOf(row, 'Value')
  return seconds === 0 ? undefined : seconds
}
