import type { Socket } from 'node:net'

import type { Client, QueryConfig } from 'pg'
import type { Row } from '../../row.ts'
import { timeoutMsOf, type ServerFacts, type Statement } from '../../statement.ts'
import { StatementError, type SendOwn, type ServerConnection } from '../server/server-driver.ts'
import { readBackendCpu } from './backend-cpu.ts'
import type { PostgresqlTarget } from './postgresql-target.ts'
import { SET_DEADLINE } from './session-statements.ts'
import { toStatementFailure } from './statement-failure.ts'

/** How much longer than the server's own deadline an answer is waited for. */
const GRACE_MS = 1_000
const GOODBYE_MS = 1_000

export interface OpenedLine {
  readonly client: Client
  readonly socket: Socket
  readonly target: PostgresqlTarget
}

/** A session as it begins. */
export interface Begun {
  /** Of its server process. */
  readonly pid: number
  /** The server's own deadline, by its startup options. */
  readonly deadlineMs: number
  readonly sendOwn: SendOwn
}

/** One open session with a PostgreSQL server. */
export class PostgresqlConnection implements ServerConnection {
  readonly facts: ServerFacts
  readonly #line: OpenedLine
  readonly #backendPid: number
  readonly #sendOwn: SendOwn
  #deadlineMs: number

  constructor(line: OpenedLine, facts: ServerFacts, { pid, deadlineMs, sendOwn }: Begun) {
    this.#line = line
    this.facts = facts
    this.#backendPid = pid
    this.#deadlineMs = deadlineMs
    this.#sendOwn = sendOwn
  }

  async send(
    statement: Statement,
    binds: readonly unknown[],
    timeoutMs: number,
  ): Promise<readonly Row[]> {
    if (timeoutMs !== this.#deadlineMs) await this.#setDeadline(timeoutMs)
    return query(this.#line, statement, binds, timeoutMs)
  }

  async #setDeadline(ms: number): Promise<void> {
    await this.#sendOwn(SET_DEADLINE, () =>
      query(this.#line, SET_DEADLINE, [String(ms)], timeoutMsOf(SET_DEADLINE)),
    )
    this.#deadlineMs = ms
  }

  cpuSeconds(): Promise<number | undefined> {
    const { socket, target } = this.#line
    return readBackendCpu({ pid: this.#backendPid, target, localPort: socket.localPort })
  }

  async close(): Promise<void> {
    const { client, socket } = this.#line
    const cut = setTimeout(() => socket.destroy(), GOODBYE_MS)
    await client.end().catch(() => undefined) // the line is gone: that is what was wanted
    clearTimeout(cut)
    socket.destroy()
  }

  destroy(): void {
    this.#line.socket.destroy()
  }
}

/**
 * Sends one statement by the extended protocol, which takes a single one, and waits a little longer than the server may work on it.
 * @throws StatementError
 */
export async function query(
  { client, socket }: OpenedLine,
  statement: Statement,
  binds: readonly unknown[],
  timeoutMs: number,
): Promise<readonly Row[]> {
  let isSilent = false
  const cut = setTimeout(() => {
    isSilent = true
    socket.destroy()
  }, timeoutMs + GRACE_MS)
  try {
    const config: QueryConfig<unknown[]> & { readonly queryMode: 'extended' } = {
      text: statement.text,
      values: [...binds],
      queryMode: 'extended',
    }
    const { rows } = await client.query<Row>(config)
    return rows
  } catch (error) {
    if (isSilent) throw new StatementError('silent', '', 'no answer', { cause: error })
    throw toStatementFailure(error)
  } finally {
    clearTimeout(cut)
  }
}
