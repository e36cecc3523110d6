import type { AlertLog } from './alert-place.ts'
import type { DeclaredBackups } from './declared-backups.ts'
import type { ServerReadings } from '../server/server-readings.ts'

/** Of what a fact is: of the container that the session is in (the whole database, where there are none), or of the whole container database. */
export type OracleScope = 'container' | 'cdb'

/**
 * What the probes of Oracle read through. `facts.traits`: `container` (non-cdb, root, pdb) and `role` (primary, physical standby, logical
 * standby, snapshot standby; looked at again once a minute). The database is open: an account without SYSDBA, which is never asked for,
 * gets into no other.
 */
export interface OracleSession extends ServerReadings {
  /** The site says that it is a standby that is mounted: that it lets nobody in is its healthy answer. */
  readonly isMounted: boolean
  /** RMAN's jobs that the site has declared. */
  readonly backups: DeclaredBackups
  /** Of an instance on this machine. */
  readonly alertLog: AlertLog
  /**
   * Tags of a fact of this instance.
   * @param scope as in databaseTags()
   * @throws NoDataError where a source of the root collects it; as rows() does
   */
  instanceTags(
    signal: AbortSignal,
    scope?: OracleScope,
  ): Promise<{ readonly database: string; readonly instance: string }>
  /**
   * Tags of a fact that is known once per database, which on RAC the open instance with the lowest number collects.
   * @param scope `cdb`: of the whole container database; a source that is in a PDB collects it where the site has said `always` alone,
   *   for each PDB of it would tell the same under the same name
   * @throws NoDataError where another instance collects it, or a source of the root; as rows() does
   */
  databaseTags(signal: AbortSignal, scope?: OracleScope): Promise<{ readonly database: string }>
}
