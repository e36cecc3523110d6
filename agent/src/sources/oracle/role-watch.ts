import { NoDataError } from '../../probe.ts'
import type { ServerFacts } from '../../statement.ts'
import type { ServerSession } from '../server/server-session.ts'
import { toRole, withRole } from './ask-identity.ts'
import type { OracleServerConnection } from './oracle-connection.ts'
import { ROLE } from './oracle-statements.ts'

const LOOK_AGAIN_MS = 60_000

export interface RoleWatchOptions {
  readonly session: ServerSession<OracleServerConnection>
  readonly monotonicMs: () => number
  readonly onChange: (facts: ServerFacts) => void
}

/** Notices that the database has another role than at the logon: a switchover to a standby need not end its sessions. */
export class RoleWatch {
  readonly #options: RoleWatchOptions
  #connection: OracleServerConnection | undefined
  #lookedAtMs = -Infinity

  constructor(options: RoleWatchOptions) {
    this.#options = options
  }

  /** Looks once a minute, from a minute after the logon on. @throws as ServerSession.rows() does */
  refresh(signal: AbortSignal): Promise<void> {
    return this.#options.session.use(signal, async (connection) => {
      const nowMs = this.#options.monotonicMs()
      const isNew = connection !== this.#connection
      if (!isNew && nowMs - this.#lookedAtMs < LOOK_AGAIN_MS) return
      if (!isNew) await this.#look(connection)
      this.#connection = connection
      this.#lookedAtMs = nowMs
    })
  }

  async #look(connection: OracleServerConnection): Promise<void> {
    const role = await this.#ask(connection)
    if (role === undefined || role === connection.facts.traits['role']) return
    connection.identity = withRole(connection.identity, role)
    this.#options.onChange(connection.facts)
  }

  /** Undefined where the statement is switched off or left out for its cost: the role is then that of the logon. */
  async #ask(connection: OracleServerConnection): Promise<string | undefined> {
    try {
      const [row] = await this.#options.session.send(connection, ROLE)
      return (row && toRole(row)) || undefined // a role that is not told is no other role
    } catch (error) {
      if (error instanceof NoDataError) return undefined
      throw error
    }
  }
}
