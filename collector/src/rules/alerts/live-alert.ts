import type { FieldDeclaration, LocalizedText, Unit } from '@wardround/protocol'
import type { Alert, AlertPhase, AlertProject } from '../alert.ts'
import type { Clause, NumbersOf } from '../clauses.ts'
import type { CompiledRule } from '../compiled-rule.ts'
import { idleLevel, isIdleLevel, takeOver, type LevelState } from '../levels/level-state.ts'
import type { RecentValue } from './recent-values.ts'
import type { Severity } from '../severity.ts'

/** What stays the same of an alert while it lives. */
export interface AlertSubject {
  readonly ruleId: string
  /** Names the alert within its rule; see alertKey. */
  readonly key: string
  readonly host: string
  /** Measurement watched; '' for silence. */
  readonly measurement: string
  /** Identifying tags. */
  readonly tags: Readonly<Record<string, string>>
}

/** What a rule says about its alerts, kept with them so that an alert can outlive its rule. */
export interface AlertText {
  readonly name: LocalizedText
  readonly unit: Unit
  readonly quote: string | undefined
  readonly clauses: readonly Clause[]
  readonly numbers: NumbersOf
  readonly runbook: LocalizedText | undefined
  /** Of what was found against a project's file. */
  readonly project?: AlertProject | undefined
}

export function alertText({ name, unit, quote, clauses, numbers, runbook }: AlertText): AlertText {
  return { name, unit, quote, clauses, numbers, runbook }
}

/** Goes on under another rule, or another of its overrides: severities that it has too keep their state. True where one that was active is gone. */
export function refit(live: LiveAlert, rule: CompiledRule): boolean {
  const { levels } = live
  live.rule = rule
  live.levels = rule.levels.map((timing) => {
    const known = levels.find(({ severity }) => severity === timing.severity)
    const state = known === undefined ? idleLevel() : takeOver(known.state, timing)
    return { severity: timing.severity, state }
  })
  return levels.some(
    ({ severity, state }) =>
      state.active && live.levels.every((level) => level.severity !== severity),
  )
}

/** An alert from the first sample that raises it to the end. */
export interface LiveAlert {
  readonly subject: AlertSubject
  text: AlertText
  /** By severity, mildest first, as the rule's levels. */
  levels: { readonly severity: Severity; readonly state: LevelState }[]
  /** The rule, or its override, whose levels these are; undefined where that must still be found out. */
  rule: CompiledRule | undefined
  /** What was said: undefined while pending. */
  said: SaidAlert | undefined
  /** Of the newest sample that was evaluated. */
  value: number | undefined
  /** The newest values, in memory alone. */
  recent: readonly RecentValue[]
  /** Other numbers that its summary shows, of the same sample. */
  readonly shown: ShownValues
  /** Descriptive tags that its summary shows, of the same sample. */
  details: Readonly<Record<string, string>>
  /** Whether the last sample that counted had every field that the rule may look at: one that lacks some then can't end the alert. */
  isComplete: boolean
  /** When the last sample that counted came, by the engine's clock. */
  lastAtMs: number
  /** It has ended, or came to nothing: what comes later begins another. */
  isOver: boolean
  /** Nothing came for long, and its row says since when. */
  isQuiet: boolean
  /** Severities whose condition has held since the point was first watched. */
  sinceFirst: readonly Severity[]
}

/** Numbers that a summary may show besides the value, by `measurement.field`. */
export type ShownValues = Map<string, ShownValue>

export interface ShownValue {
  value: number
  readonly unit: Unit
  /** What each integer of an enumeration means; after a restart, until the next sample, the present one alone. */
  readonly states?: FieldDeclaration['states'] | undefined
}

/** An alert as it was told. */
export interface SaidAlert {
  readonly severity: Severity
  readonly labels: Readonly<Record<string, string>>
  readonly fingerprint: string
  readonly summary: LocalizedText
  /** Of the sample that the summary shows. */
  readonly value: number | undefined
  /** Of its severity's level; rows of an older version have none. */
  readonly threshold?: LocalizedText | undefined
  readonly startsAtMs: number
  readonly severitySinceMs: number
}

/** `host{tag="value",…}`, tags in rising order. Descriptive tags are no part of it. */
export function alertKey(host: string, tags: Readonly<Record<string, string>>): string {
  const names = Object.keys(tags).sort()
  if (names.length === 0) return host
  return `${host}{${names.map((name) => `${name}=${JSON.stringify(tags[name])}`).join(',')}}`
}

/** One string for (rule, key). */
export function alertId({ ruleId, key }: Pick<AlertSubject, 'ruleId' | 'key'>): string {
  return `${ruleId}\n${key}`
}

/** The severest level that is active. */
export function activeSeverity({ levels }: LiveAlert): Severity | undefined {
  return levels.findLast(({ state }) => state.active)?.severity
}

/** Nothing about it needs to be remembered. */
export function isIdle({ levels, said }: LiveAlert): boolean {
  return said === undefined && levels.every(({ state }) => isIdleLevel(state))
}

function phaseOf({ levels, said }: LiveAlert): AlertPhase {
  if (said === undefined) return 'pending'
  const active = levels.filter(({ state }) => state.active)
  const clearing = active.length > 0 && active.every(({ state }) => state.clearAtMs !== undefined)
  return clearing ? 'resolving' : 'firing'
}

/** The alert as people see it; `said` as it was told, or as it would be told now. */
export function toAlert(live: LiveAlert, said: SaidAlert, endsAtMs: number | undefined): Alert {
  const { subject, text } = live
  return {
    ruleId: subject.ruleId,
    key: subject.key,
    host: subject.host,
    project: text.project,
    measurement: subject.measurement,
    tags: subject.tags,
    phase: phaseOf(live),
    severity: said.severity,
    labels: said.labels,
    fingerprint: said.fingerprint,
    name: text.name,
    summary: said.summary,
    clauses: text.clauses,
    numbers: text.numbers,
    runbook: text.runbook,
    quote: text.quote,
    unit: text.unit,
    value: said.value,
    threshold: said.threshold,
    recent: live.recent,
    startsAtMs: said.startsAtMs,
    severitySinceMs: said.severitySinceMs,
    endsAtMs,
    sinceFirstWatched: live.sinceFirst.includes(said.severity),
  }
}
