import type { LocalizedText, Unit } from '@wardround/protocol'
import type { Clause, NumbersOf } from './clauses.ts'
import type { RecentValue } from './alerts/recent-values.ts'
import type { Severity } from './severity.ts'

/**
 * Where an alert is in its life. pending: the condition holds, not yet for long enough; nothing was said about it.
 * firing: said to be so. resolving: still said to be so, but its clear condition holds, not yet for long enough.
 */
export type AlertPhase = 'pending' | 'firing' | 'resolving'

/**
 * An alert as people and notices see it. It is named by (ruleId, key) for its whole life; `labels` are fixed when it fires, so a host
 * whose project changes meanwhile ends the alert that it began.
 */
export interface Alert {
  readonly ruleId: string
  /** Subject and identifying tags, as written by alertKey(). */
  readonly key: string
  /** Host or device. */
  readonly host: string
  /** What its rule watches; '' for silence. */
  readonly measurement: string
  /** Of an alert about what was found against a project's file. */
  readonly project?: AlertProject | undefined
  /** Identifying tags. */
  readonly tags: Readonly<Record<string, string>>
  readonly phase: AlertPhase
  readonly severity: Severity
  /** alertname, host, severity, project and role where set, and the identifying tags. */
  readonly labels: Readonly<Record<string, string>>
  /** Prometheus's fingerprint of `labels`, severity among them: another severity is another fingerprint under the same (ruleId, key). */
  readonly fingerprint: string
  readonly name: LocalizedText
  /** What is wrong, in a sentence with numbers of the same sample as `value`. */
  readonly summary: LocalizedText
  /** Clauses of contracts that its rule serves. */
  readonly clauses: readonly Clause[]
  /** Whose the numbers of its rule are. */
  readonly numbers: NumbersOf
  /** What to do about it. */
  readonly runbook: LocalizedText | undefined
  /** Name of the document (`top_processes`) that a notice of it quotes. */
  readonly quote: string | undefined
  readonly unit: Unit
  /** Value of the rule's expression: of the newest sample that was evaluated, or, in a transition, of the one that brought it about. Seconds for an alert about silence. */
  readonly value: number | undefined
  /** What the value is compared with in this severity: `≥ 85%`; of silence how long, of events how many. */
  readonly threshold: LocalizedText | undefined
  /** The newest values that were evaluated, at most ten, about a minute apart, the last one the newest; none from before a restart. */
  readonly recent: readonly RecentValue[]
  /** When it began to fire, in any severity (pending: since when the condition holds). Epoch ms. */
  readonly startsAtMs: number
  /** Since when it fires in this severity. Epoch ms. */
  readonly severitySinceMs: number
  /** When it was resolved; undefined while it lives. Epoch ms. */
  readonly endsAtMs: number | undefined
  /** It was so, in this severity, from the first sample on that ever came of its point, when its host, device or instance was first watched. */
  readonly sinceFirstWatched: boolean
}

/**
 * Why an alert ended or changed. condition: by its own measure. rule: the rule or its severity was taken out of the configuration. retired: a person
 * retired the host, instance or device. stale: nothing came of it for the rule's `staleAfter`. replaced: what it warned of has come, and has an alert of
 * its own. stopped: its clock no longer runs. over: the time that it announced is over.
 */
export const TRANSITION_REASONS = [
  'condition',
  'rule',
  'retired',
  'stale',
  'replaced',
  'stopped',
  'over',
] as const
export type TransitionReason = (typeof TRANSITION_REASONS)[number]

/** The project of what was found against its file. */
export interface AlertProject {
  readonly id: string
  /** What people call it. */
  readonly name: LocalizedText
  /** It is about the project itself: `host` is its id. */
  readonly isSubject: boolean
}

/**
 * A change that somebody must hear of. For one (ruleId, key) they come in the order firing, severity*, resolved, and again;
 * never a resolved that no firing preceded, never two firings in a row.
 */
export interface Transition {
  readonly kind: 'firing' | 'severity' | 'resolved'
  /** Epoch ms: the sample's time, or the collector's clock for silence. */
  readonly atMs: number
  readonly reason: TransitionReason
  readonly alert: Alert
  /** For `severity`: the alert under the severity that ends now. */
  readonly before: Alert | undefined
}

/** What the engine must remember of one alert over a restart. Opaque to who stores it. */
export interface RuleStateRow {
  readonly ruleId: string
  readonly key: string
  readonly json: string
}
