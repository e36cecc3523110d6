import type { SeriesLimits } from './connection-series.ts'
import type { WindowLimits } from './window.ts'

/** What one agent may send. */
export interface SessionLimits extends SeriesLimits {
  readonly frameBytes: number
  readonly window: WindowLimits
}
