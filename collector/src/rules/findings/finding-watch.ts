import type { Transition, TransitionReason } from '../alert.ts'
import { FINDING_KINDS } from './finding-kinds.ts'
import { foundText } from './found-text.ts'
import type { SubjectLabels } from '../alerts/alert-labels.ts'
import type { FindingRule } from '../compiled-rule.ts'
import type { Finding } from '../finding.ts'
import { stepLevel } from '../levels/level-state.ts'
import {
  activeSeverity,
  alertId,
  alertKey,
  type AlertSubject,
  type LiveAlert,
} from '../alerts/live-alert.ts'
import type { KnownSubjects } from '../alerts/known-subjects.ts'
import type { LiveAlerts } from '../alerts/live-alerts.ts'

/** What is missing is missed after a while alone. */
const FIRST_MS = 3_600_000

/**
 * Rules about what was found: an alert lives as long as its finding does. It keeps no rows of its own: what was found is found again after a
 * restart.
 */
export class FindingWatch {
  readonly #alerts: LiveAlerts
  readonly #subjectLabels: SubjectLabels
  readonly #known: KnownSubjects
  /** Alerts of these rules that live, by id. */
  readonly #live = new Set<string>()
  #rules: readonly FindingRule[]
  /** What the look before found. */
  #found: ReadonlySet<string> = new Set()

  constructor(
    rules: readonly FindingRule[],
    alerts: LiveAlerts,
    subjectLabels: SubjectLabels,
    known: KnownSubjects,
  ) {
    this.#rules = rules
    this.#alerts = alerts
    this.#subjectLabels = subjectLabels
    this.#known = known
  }

  set rules(rules: readonly FindingRule[]) {
    this.#rules = rules
  }

  /** Looks at what is found now: what is neither among it nor undecided is no longer so. What the first look at a project finds was so before it was watched, but for what is about this moment. */
  update({ findings, undecided, projects }: Look, atMs: number, transitions: Transition[]): void {
    const seen = new Set<string>()
    const isNew = (one: Finding) => !this.#found.has(nameOf(one))
    const now = { findings, isNew, atMs }
    const fresh = new Set(projects.filter((project) => !this.#known.has(keyOf(project))))
    for (const rule of this.#rules) {
      for (const finding of findings) {
        if (finding.kind !== rule.findingKind || !this.#watches(rule, finding)) continue
        const subject = subjectOf(rule, finding)
        seen.add(alertId(subject))
        const isFirst = this.#isFirst(finding, fresh, atMs)
        this.#step(rule, subject, { ...finding, isFirst, now }, transitions)
      }
      for (const finding of undecided)
        if (finding.kind === rule.findingKind && this.#watches(rule, finding))
          seen.add(alertId(subjectOf(rule, finding)))
    }
    for (const id of this.#live) if (!seen.has(id)) this.#clear(id, now, transitions)
    this.#found = new Set(findings.map(nameOf))
    for (const project of fresh) this.#known.hear(keyOf(project), atMs)
  }

  /** Takes up an alert of an earlier process. */
  adopt(live: LiveAlert): void {
    this.#live.add(alertId(live.subject))
  }

  #watches(rule: FindingRule, { host, tags }: Finding): boolean {
    const known: Readonly<Record<string, string>> = { ...this.#subjectLabels(host), host, ...tags }
    for (const [tag, test] of rule.where) if (!test(known[tag] ?? '')) return false
    return true
  }

  #step(
    rule: FindingRule,
    subject: AlertSubject,
    { isFirst, now, ...finding }: Looked,
    transitions: Transition[],
  ): void {
    const { value } = finding
    const id = alertId(subject)
    const before = this.#alerts.get(id)
    if (before === undefined && !rule.levels.some((level) => level.raises(value))) return
    const live = before ?? this.#alerts.begin(subject, rule)
    this.#live.add(id)
    const { text, details } = foundText(rule, finding)
    live.text = text
    live.value = value
    live.details = details
    live.lastAtMs = now.atMs
    if (isFirst)
      live.sinceFirst = rule.levels
        .filter((level) => level.raises(value))
        .map(({ severity }) => severity)
    this.#judge(live, rule, { value, now }, transitions)
  }

  #isFirst(finding: Finding, fresh: ReadonlySet<string>, atMs: number): boolean {
    const project = this.#projectOf(finding)
    const { isOfNow, isWaitedFor } = FINDING_KINDS[finding.kind] ?? {}
    if (isOfNow === true) return false
    if (fresh.has(project)) return true
    return isWaitedFor === true && this.#known.isYoungerThan(keyOf(project), FIRST_MS, atMs)
  }

  #projectOf({ host }: Finding): string {
    return this.#subjectLabels(host)['project'] ?? host
  }

  #clear(id: string, now: FoundNow, transitions: Transition[]): void {
    const live = this.#alerts.get(id)
    const rule = this.#rules.find((one) => one.id === live?.subject.ruleId)
    if (live === undefined || rule === undefined) this.#live.delete(id)
    else this.#judge(live, rule, { value: undefined, now }, transitions)
  }

  #judge(
    live: LiveAlert,
    rule: FindingRule,
    { value, now }: Judged,
    transitions: Transition[],
  ): void {
    const states = JSON.stringify(live.levels)
    for (const level of rule.levels) {
      const state = live.levels.find(({ severity }) => severity === level.severity)?.state
      if (state === undefined) continue
      const raises = value !== undefined && level.raises(value)
      stepLevel(state, level, { raises, holds: raises, atMs: now.atMs })
    }
    if (JSON.stringify(live.levels) !== states) this.#alerts.touch(live)
    const ends = activeSeverity(live) === undefined
    const reason = ends ? endReason(rule, live.subject, now) : 'condition'
    const transition = this.#alerts.settle(live, { rule, timeMs: now.atMs, reason })
    if (transition !== undefined) transitions.push(transition)
    if (this.#alerts.get(alertId(live.subject)) === undefined)
      this.#live.delete(alertId(live.subject))
  }
}

function subjectOf({ id }: FindingRule, { host, tags }: Finding): AlertSubject {
  return { ruleId: id, key: alertKey(host, tags), host, measurement: '', tags }
}

/** Why an alert ends that was about a finding. */
function endReason(
  { findingKind }: FindingRule,
  { host, tags }: AlertSubject,
  { findings, isNew }: FoundNow,
): TransitionReason {
  const { replacedBy, endsAs = 'condition' } = FINDING_KINDS[findingKind] ?? {}
  const replacing = findings.filter(
    (one) =>
      one.kind === replacedBy?.kind &&
      one.host === host &&
      one.tags[replacedBy.tag] === tags[replacedBy.tag],
  )
  if (replacing.some(isNew)) return 'replaced'
  return replacing.length > 0 && endsAs === 'condition' ? 'replaced' : endsAs
}

function nameOf({ kind, host, tags }: Finding): string {
  return `${kind}\n${alertKey(host, tags)}`
}

/** What a look found. */
interface FoundNow {
  readonly findings: readonly Finding[]
  /** The look before did not find it. */
  readonly isNew: (finding: Finding) => boolean
  readonly atMs: number
}

/** One look at `projects`. */
interface Look {
  readonly findings: readonly Finding[]
  /** Can't be judged yet: their alerts are left as they are. */
  readonly undecided: readonly Finding[]
  readonly projects: readonly string[]
}

/** A finding as it is looked at. */
interface Looked extends Finding {
  /** This is the first look at its project. */
  readonly isFirst: boolean
  readonly now: FoundNow
}

/** What is to be made of an alert. */
interface Judged {
  /** Undefined: it is found no longer. */
  readonly value: number | undefined
  readonly now: FoundNow
}

/** No host or device has such a name. */
function keyOf(project: string): string {
  return `project ${project}`
}
