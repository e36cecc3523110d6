import type { Row } from '../../row.ts'
import type { ServerFacts, Statement } from '../../statement.ts'
import type { Ping } from '../server/server-session.ts'

/**
 * What the probes of MySQL and MariaDB read through. `facts.traits`: `flavour` (mysql, mariadb), `performance_schema` (on, off).
 */
export interface MysqlSession {
  /** Tag `instance`. */
  readonly instance: string
  facts(signal: AbortSignal): Promise<ServerFacts>
  /** Sends the variant that is for this server: see ServerSession. */
  rows(
    variants: readonly Statement[],
    signal: AbortSignal,
    binds?: readonly unknown[],
  ): Promise<readonly Row[]>
  ping(variants: readonly Statement[], signal: AbortSignal): Promise<Ping>
}
