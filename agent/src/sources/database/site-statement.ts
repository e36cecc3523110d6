import type { Statement } from '../../statement.ts'
import type { CheckedStatement } from './check-statement.ts'
import type { DatabaseKind } from './database-options.ts'

/** A statement of the site's own as a product takes it, with the values' names in the order of their places. */
export interface SiteStatement {
  readonly statement: Statement
  readonly binds: readonly string[]
}

/** PostgreSQL's placeholders have numbers, MySQL's none, Oracle's names (of which FROM may be none). */
const WRITE: Readonly<Record<DatabaseKind, (at: number) => string>> = {
  postgresql: (at) => `$${at}`,
  mysql: () => '?',
  oracle: (at) => `:v${at}`,
}

/** @param mostRows more are an error: of PostgreSQL and MySQL one more is asked for, Oracle's session has a bound of its own */
export function toSiteStatement(
  id: string,
  { parts }: CheckedStatement,
  kind: DatabaseKind,
  { timeoutMs, mostRows }: { readonly timeoutMs: number; readonly mostRows: number },
): SiteStatement {
  const binds = parts.flatMap((part) => (typeof part === 'string' ? [] : [part.bind]))
  let at = 0
  const written = parts
    .map((part) => (typeof part === 'string' ? part : WRITE[kind](++at)))
    .join('')
  const text =
    kind === 'oracle' ? written : `SELECT * FROM (${written}) AS wardround LIMIT ${mostRows + 1}`
  return { statement: { id, text, reads: [], grants: [], cost: 'slow', timeoutMs }, binds }
}
