import type { Row } from '../../row.ts'
import type { ServerFacts, Statement } from '../../statement.ts'
import type { Ping } from './server-session.ts'

/** What the probes of every product read through; each product's session has more. */
export interface ServerReadings {
  /** Tag `instance`. */
  readonly instance: string
  /** What the server is. */
  facts(signal: AbortSignal): Promise<ServerFacts>
  /** Sends the variant that is for this server: see ServerSession. */
  rows(
    variants: readonly Statement[],
    signal: AbortSignal,
    binds?: readonly unknown[],
  ): Promise<readonly Row[]>
  ping(variants: readonly Statement[], signal: AbortSignal): Promise<Ping>
}
