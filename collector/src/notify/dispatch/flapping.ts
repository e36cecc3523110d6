import { SEVERITIES } from '../../rules/severity.ts'
import type { Transition } from '../../rules/alert.ts'
import type { AlertBook } from './alert-book.ts'
import type { Teller } from './teller.ts'
import { isFiring, isToldFiring, type TrackedAlert } from './tracked-alert.ts'

const HOUR_MS = 3_600_000
/** So often within an hour is flapping. */
const FLAPS = 3
/** It is over when nothing happened for so long. */
const STABLE_MS = 1_800_000

/** Alerts that come and go: that they do is told once, and what became of them when they are stable. */
export class Flapping {
  readonly #book: AlertBook
  readonly #teller: Teller

  constructor(book: AlertBook, teller: Teller) {
    this.#book = book
    this.#teller = teller
  }

  /** Announces what an alert has become, unless it comes and goes. */
  announce(
    tracked: TrackedAlert,
    { kind, alert, before }: Pick<Transition, 'kind' | 'alert' | 'before'>,
    nowMs: number,
  ): void {
    if (kind === 'firing' || isWorse(alert, before))
      tracked.raisedAtMs = [...tracked.raisedAtMs.filter((atMs) => atMs > nowMs - HOUR_MS), nowMs]
    const wasFlapping = tracked.flappingUntilMs !== undefined
    const flaps = tracked.raisedAtMs.length >= FLAPS && isFiring(tracked)
    if (wasFlapping || flaps) tracked.flappingUntilMs = nowMs + STABLE_MS
    if (wasFlapping) this.#teller.decide(tracked, 'flapping', nowMs)
    else this.#teller.announce(tracked, nowMs, flaps)
  }

  /** What came and went and is stable now is told as it is. */
  settle(nowMs: number): void {
    for (const tracked of this.#book.alerts.values()) {
      if (tracked.flappingUntilMs === undefined || tracked.flappingUntilMs > nowMs) continue
      tracked.flappingUntilMs = undefined
      tracked.raisedAtMs = []
      this.#book.touchAlert(tracked)
      if (isFiring(tracked) || [...tracked.told.values()].some(isToldFiring))
        this.#teller.announce(tracked, nowMs, true)
    }
  }
}

function isWorse(alert: Transition['alert'], before: Transition['before']): boolean {
  if (before === undefined) return false
  return SEVERITIES.indexOf(alert.severity) > SEVERITIES.indexOf(before.severity)
}
