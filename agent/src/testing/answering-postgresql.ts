import type { PostgresqlSession, Send } from '../sources/postgresql/postgresql-session.ts'
import { AnsweringSession, type Answers } from './answering-session.ts'

/** Stands in for a PostgreSQL of a version that is not installed: see AnsweringSession. */
export class AnsweringPostgresql extends AnsweringSession implements PostgresqlSession {
  /** Databases that were looked into by a second session. */
  readonly entered: string[] = []

  /** @param version such as 10 or 17.2 */
  constructor(version: string, answers: Answers) {
    super(
      {
        versionText: `PostgreSQL ${version}`,
        version: version.split('.').map(Number),
        traits: {},
      },
      answers,
    )
  }

  together<T>(signal: AbortSignal, work: (send: Send) => Promise<T>): Promise<T> {
    return work((variants, binds) => this.rows(variants, signal, binds))
  }

  inDatabase<T>(
    database: string,
    signal: AbortSignal,
    work: (send: Send) => Promise<T>,
  ): Promise<T> {
    this.entered.push(database)
    return this.together(signal, work)
  }
}
