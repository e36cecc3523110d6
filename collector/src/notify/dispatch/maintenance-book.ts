import type { Alert } from '../../rules/alert.ts'
import type { AlertMatcher } from './alert-matcher.ts'

export interface TimeRange {
  readonly startsAtMs: number
  /** No longer in it. */
  readonly endsAtMs: number
}

/** A window in which work is done, once or again and again. */
export interface MaintenanceWindow {
  readonly name: string
  readonly matcher: AlertMatcher
  /** The stretch that holds at a time, to its end; undefined: none does. */
  rangeAt(atMs: number): TimeRange | undefined
  /** When the next stretch begins after a time; undefined: never again. */
  nextStartMs(atMs: number): number | undefined
}

/** The windows of the configuration, and which of them are open. */
export class MaintenanceBook {
  #windows: readonly MaintenanceWindow[] = []
  readonly #open = new Map<string, TimeRange>()
  #lookAtMs = -Infinity

  /** Other windows; one that is open and no longer there ends at the next look. */
  set windows(windows: readonly MaintenanceWindow[]) {
    this.#windows = windows
    this.#lookAtMs = -Infinity
  }

  /** Those that are open, by name. */
  get open(): ReadonlyMap<string, TimeRange> {
    return this.#open
  }

  /** Takes up what an earlier process knew. */
  restore(open: Iterable<readonly [name: string, range: TimeRange]>): void {
    for (const [name, range] of open) this.#open.set(name, range)
  }

  /** Opens and closes what is due; whether anything changed. */
  look(nowMs: number): boolean {
    if (nowMs < this.#lookAtMs) return false
    const before = JSON.stringify([...this.#open])
    this.#open.clear()
    this.#lookAtMs = Infinity
    for (const window of this.#windows) {
      const range = window.rangeAt(nowMs)
      if (range !== undefined) this.#open.set(window.name, range)
      const nextMs = range?.endsAtMs ?? window.nextStartMs(nowMs) ?? Infinity
      this.#lookAtMs = Math.min(this.#lookAtMs, nextMs)
    }
    return JSON.stringify([...this.#open]) !== before
  }

  /** The open window that an alert is in. */
  find(alert: Alert): string | undefined {
    return this.#windows.find(({ name, matcher }) => this.#open.has(name) && matcher.matches(alert))
      ?.name
  }
}
