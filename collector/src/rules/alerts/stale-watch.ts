import type { Transition } from '../alert.ts'
import type { CompiledRule } from '../compiled-rule.ts'
import type { LiveAlerts } from './live-alerts.ts'

const EVERY_MS = 60_000
/** An alert of whose point nothing came for so long has that in its row. */
const QUIET_MS = 10 * 60_000

/**
 * Ends alerts of which nothing came for so long that nobody may expect more: a database that was moved, a disk that was pulled for good. Who is
 * no longer heard of as a whole has an alert of its own, which this never ends.
 */
export class StaleWatch {
  readonly #alerts: LiveAlerts
  #nextAtMs = -Infinity

  constructor(alerts: LiveAlerts) {
    this.#alerts = alerts
  }

  check(rules: ReadonlyMap<string, CompiledRule>, atMs: number, transitions: Transition[]): void {
    if (atMs < this.#nextAtMs) return
    this.#nextAtMs = atMs + EVERY_MS
    for (const live of this.#alerts.values()) {
      const rule = rules.get(live.subject.ruleId)
      if (rule === undefined || !('staleMs' in rule)) continue
      const quietMs = atMs - live.lastAtMs
      if (quietMs >= rule.staleMs) {
        const transition = this.#alerts.end(live, atMs, 'stale')
        if (transition !== undefined) transitions.push(transition)
      } else if (quietMs >= QUIET_MS && !live.isQuiet) {
        live.isQuiet = true
        this.#alerts.touch(live)
      }
    }
  }
}
