import { MINUTE_MS } from './time-spans.ts'

const HOLD_MS = MINUTE_MS

/** Days whose files could not be written a moment ago: they are passed over, so that the others go on. */
export class HeldDays {
  readonly #heldAtMs = new Map<number, number>()

  hold(dayMs: number, nowMs: number): void {
    this.#heldAtMs.set(dayMs, nowMs)
  }

  holds(dayMs: number, nowMs: number): boolean {
    const heldAtMs = this.#heldAtMs.get(dayMs)
    // A clock that was set back must not hold a day for long.
    if (heldAtMs !== undefined && Math.abs(nowMs - heldAtMs) < HOLD_MS) return true
    this.#heldAtMs.delete(dayMs)
    return false
  }
}
