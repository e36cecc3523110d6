import type { AlertBook } from './alert-book.ts'
import { MAX_ENDED_ALERTS } from './limits.ts'
import { isFiring, type TrackedAlert } from './tracked-alert.ts'

/**
 * An alert that has ended is known for so long: what fires again goes to the group in which its end may still be under way to a receiver in
 * trouble, so that it can't overtake.
 */
const KEPT_ENDED_MS = 6 * 3_600_000

/** Forgets alerts that ended long ago, and the oldest beyond the bound. */
export function forgetOld(book: AlertBook, nowMs: number): void {
  const ended = [...book.alerts.values()].filter(isOver)
  const surplus = ended.length - MAX_ENDED_ALERTS
  if (surplus > 0) ended.sort((a, b) => a.changedAtMs - b.changedAtMs)
  for (const [index, tracked] of ended.entries())
    if (index < surplus || tracked.changedAtMs + KEPT_ENDED_MS <= nowMs) book.forget(tracked)
}

function isOver(tracked: TrackedAlert): boolean {
  return !isFiring(tracked) && tracked.waits.size === 0 && tracked.flappingUntilMs === undefined
}
