import { asInfluxSays, StatementError } from './influxql-error.ts'

/** The one database that there is, as InfluxDB's clients name it. */
export const DATABASE = 'wardround'
/** Its one retention policy, under the name that InfluxDB gives by itself. */
export const RETENTION_POLICY = 'autogen'

/** @throws StatementError where a statement is about no database or another */
export function checkDatabase(name: string | undefined): void {
  if (name === undefined || name === '') throw asInfluxSays('database name required')
  if (name !== DATABASE) throw asInfluxSays(`database not found: ${name}`)
}

/** @throws StatementError */
export function checkRetentionPolicy(name: string | undefined): void {
  if (name === undefined || name === '' || name === RETENTION_POLICY) return
  throw asInfluxSays(`retention policy not found: ${name}`)
}

/** What Telegraf asks before it writes. @throws StatementError where it would be another */
export function checkCreated(name: string): void {
  if (name === DATABASE) return
  throw new StatementError({
    zh: `无法创建数据库“${name}”：这里只有一个数据库，名为“${DATABASE}”`,
    en: `the database "${name}" can't be created: there is one here, and its name is "${DATABASE}"`,
  })
}
