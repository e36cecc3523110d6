import type { Row } from '../../row.ts'
import type { ServerFacts, Statement } from '../../statement.ts'
import type { AlertLog } from './alert-place.ts'
import type { Ping } from '../server/server-session.ts'

/** What the probes of Oracle read through. `facts.traits`: `container` (non-cdb, root, pdb), `open` (started, mounted, open), `role` (primary, physical standby, logical standby, snapshot standby). */
export interface OracleSession {
  /** Tag `instance`. */
  readonly instance: string
  /** Of an instance on this machine. */
  readonly alertLog: AlertLog
  /** Tags of a fact of this instance. @throws as rows() does */
  instanceTags(
    signal: AbortSignal,
  ): Promise<{ readonly database: string; readonly instance: string }>
  /**
   * Tags of a fact of the whole database, which on RAC the open instance with the lowest number collects.
   * @throws NoDataError where that is another instance; as rows() does
   */
  databaseTags(signal: AbortSignal): Promise<{ readonly database: string }>
  facts(signal: AbortSignal): Promise<ServerFacts>
  /** Sends the variant that is for this server: see ServerSession. */
  rows(
    variants: readonly Statement[],
    signal: AbortSignal,
    binds?: readonly unknown[],
  ): Promise<readonly Row[]>
  ping(variants: readonly Statement[], signal: AbortSignal): Promise<Ping>
}
