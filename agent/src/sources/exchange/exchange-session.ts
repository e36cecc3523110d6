import type { ProbeError } from '../../probe.ts'
import type { ExchangeWindow } from './exchange-window.ts'

/** What one end says of a window; undefined where it says nothing. */
export interface EndCounts {
  readonly count: number | undefined
  readonly failed: number | undefined
  readonly pending: number | undefined
}

export interface UnitReport {
  readonly expected: readonly string[]
  readonly reported: readonly string[]
}

/** What was found of a flow in its latest settled window. */
export interface ExchangeCount {
  readonly window: ExchangeWindow
  /** As documents show it: `2026-11-21 00:00:00`. */
  readonly windowText: { readonly from: string; readonly to: string }
  readonly from: EndCounts
  readonly to: EndCounts
  readonly quality: readonly { readonly name: string; readonly count: number }[]
  readonly units: UnitReport | undefined
  /** What could not be asked, in the order in which it was tried. */
  readonly errors: readonly ProbeError[]
}

/** When a flow last was as it should be. */
export interface ExchangeProgress {
  /** End of the last window that was a success, else the beginning of the first that was looked at. */
  readonly sinceMs: number
  readonly periodsWithoutSuccess: number
}

/** What the probe of data exchange reads through. */
export interface ExchangeSession {
  readonly flow: string
  /**
   * Counts when it is due, else gives what was counted last (`isNew` false).
   * @throws NoDataError while the source is paused
   */
  count(signal: AbortSignal): Promise<{
    readonly isNew: boolean
    readonly found: ExchangeCount
    readonly progress: ExchangeProgress
  }>
}
