import { NoDataError } from '../../probe.ts'
import type { Row } from '../../row.ts'
import { chooseVariant, type ServerFacts, type Statement } from '../../statement.ts'
import type { ServerReadings } from '../server/server-readings.ts'
import type { Ping, ServerSession } from '../server/server-session.ts'
import type { PostgresqlConnection } from './postgresql-connection.ts'
import type { PostgresqlDriver } from './postgresql-driver.ts'

/** Sends the variant that is for this server, in a piece of work that has the session to itself. */
export type Send = (
  variants: readonly Statement[],
  binds?: readonly unknown[],
) => Promise<readonly Row[]>

/** What the probes of PostgreSQL read through. */
export interface PostgresqlSession extends ServerReadings {
  /** Several statements with none of another probe between them. */
  together<T>(signal: AbortSignal, work: (send: Send) => Promise<T>): Promise<T>
  /**
   * The same in another database of the server: a second session for a moment, of which there is never more than one.
   * @throws as rows() does
   */
  inDatabase<T>(database: string, signal: AbortSignal, work: (send: Send) => Promise<T>): Promise<T>
}

/** The session of one source with its server. */
export class ServerPostgresqlSession implements PostgresqlSession {
  readonly #session: ServerSession<PostgresqlConnection>
  readonly #driver: PostgresqlDriver
  #turn: Promise<unknown> = Promise.resolve()

  constructor(session: ServerSession<PostgresqlConnection>, driver: PostgresqlDriver) {
    this.#session = session
    this.#driver = driver
  }

  get instance(): string {
    return this.#session.instance
  }

  facts(signal: AbortSignal): Promise<ServerFacts> {
    return this.#session.facts(signal)
  }

  rows(
    variants: readonly Statement[],
    signal: AbortSignal,
    binds: readonly unknown[] = [],
  ): Promise<readonly Row[]> {
    return this.#session.rows(variants, signal, binds)
  }

  ping(variants: readonly Statement[], signal: AbortSignal): Promise<Ping> {
    return this.#session.ping(variants, signal)
  }

  together<T>(signal: AbortSignal, work: (send: Send) => Promise<T>): Promise<T> {
    return this.#session.use(signal, (connection) => work(this.#sendOn(connection)))
  }

  inDatabase<T>(
    database: string,
    signal: AbortSignal,
    work: (send: Send) => Promise<T>,
  ): Promise<T> {
    const turn = this.#turn.then(() =>
      this.#session.useBeside(this.#driver.to(database), signal, (connection) =>
        work(this.#sendOn(connection)),
      ),
    )
    this.#turn = turn.catch(() => undefined) // whoever asked is told
    return turn
  }

  #sendOn(connection: PostgresqlConnection): Send {
    return (variants, binds = []) => {
      const statement = chooseVariant(variants, connection.facts)
      if (statement !== undefined) return this.#session.send(connection, statement, binds)
      const { versionText } = connection.facts
      return Promise.reject(
        new NoDataError({
          zh: `${variants[0]?.id ?? '该语句'} 不适用于 ${versionText}`,
          en: `${variants[0]?.id ?? 'this'} is not for ${versionText}`,
        }),
      )
    }
  }
}
