import type { SampleBlock } from '@wardround/protocol'
import type { Alert, Transition } from '../alert.ts'
import { alertId } from '../alerts/live-alert.ts'
import type { SubjectLabels } from '../alerts/alert-labels.ts'
import type { RuleSet } from '../compiled-rule.ts'
import { LiveAlerts } from '../alerts/live-alerts.ts'
import type { SeriesDirectory } from '../points/series-directory.ts'
import { ValueEngine } from './value-engine.ts'

/** Nothing late came for so long: what came is all there is. */
const QUIET_MS = 60_000

/**
 * What late samples tell of the past. Nobody is called for it, and nothing that fires now ends by it; but an outage that nobody could be told
 * of is written down, once, when late samples show its end, or when no more of them come. The rules run over late samples apart from the
 * live ones, with state of their own, and both times of a sample are its own: `for` counts as it was. Windows of functions know late samples alone,
 * so that a rule is judged from when half its window has come; one with a baseline is never judged.
 *
 * Kept in memory alone: of an outage into whose back-fill a restart of the collector falls, or other rules, the part that comes after it is
 * written down.
 */
export class PastWatch {
  readonly #rules: RuleSet
  readonly #directory: SeriesDirectory
  readonly #subjectLabels: SubjectLabels
  #alerts: LiveAlerts
  /** There while late samples come. */
  #values: ValueEngine | undefined
  #newestAtMs = -Infinity
  #ended: Alert[] = []

  constructor(rules: RuleSet, directory: SeriesDirectory, subjectLabels: SubjectLabels) {
    this.#rules = rules
    this.#directory = directory
    this.#subjectLabels = subjectLabels
    this.#alerts = new LiveAlerts(subjectLabels)
  }

  /** Takes in one subject's late samples of one time; `atMs` is the engine's clock. */
  accept(block: SampleBlock, atMs: number): void {
    this.#newestAtMs = atMs
    this.#values ??= new ValueEngine(this.#rules, this.#directory, this.#alerts)
    const transitions: Transition[] = []
    const { timeMs } = block
    this.#values.accept(block, { orderMs: timeMs, atMs: timeMs }, transitions)
    for (const { kind, alert } of transitions) if (kind === 'resolved') this.#ended.push(alert)
  }

  /**
   * Alerts of the past that are known to their end, each given once. One that began while the alert of its id was firing was told of: it is left
   * out. `wasTold`: whether that was so at a time, epoch ms.
   */
  take(atMs: number, wasTold: (id: string, timeMs: number) => boolean): readonly Alert[] {
    if (this.#values !== undefined && atMs - this.#newestAtMs >= QUIET_MS) this.#close()
    if (this.#ended.length === 0) return this.#ended
    const ended = this.#ended
    this.#ended = []
    return ended.filter((alert) => !wasTold(alertId(alert), alert.startsAtMs))
  }

  /** Ends what still fires at its last sample, and lets all state go. */
  #close(): void {
    for (const live of this.#alerts.values()) {
      const transition = this.#alerts.end(live, live.lastAtMs, 'condition')
      if (transition !== undefined) this.#ended.push(transition.alert)
    }
    this.#values = undefined
    this.#alerts = new LiveAlerts(this.#subjectLabels)
  }
}
