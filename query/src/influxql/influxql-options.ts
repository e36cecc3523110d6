import type { IsCounter } from '../declared-kind.ts'

export interface InfluxQlOptions {
  /** In which the samples are; the database's default if not said. */
  readonly retentionPolicy?: string | undefined
  readonly isCounter?: IsCounter | undefined
  /** From when on the store keeps samples as they came; a percentile of an earlier time is refused. */
  readonly rawSinceMs?: number | undefined
}
