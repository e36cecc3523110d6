import type { IsCounter } from '../declared-kind.ts'

/** `metricsql`: VictoriaMetrics, single or cluster. `promql`: whatever else answers Prometheus's API. */
export type PromqlDialect = 'metricsql' | 'promql'

export interface PromqlOptions {
  readonly dialect: PromqlDialect
  readonly isCounter?: IsCounter | undefined
  /** From when on the store keeps samples as they came; a percentile of an earlier time is refused. */
  readonly rawSinceMs?: number | undefined
}
