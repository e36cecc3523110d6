import type { Alert, RuleStateRow, Transition, TransitionReason } from '../alert.ts'
import { alertLabels, alertSummary, type SubjectLabels } from './alert-labels.ts'
import { toRow } from './alert-row.ts'
import type { CompiledRule } from '../compiled-rule.ts'
import { basisWithin, type ContractOf } from '../contract-basis.ts'
import { labelFingerprint } from './fingerprint.ts'
import { idleLevel } from '../levels/level-state.ts'
import {
  activeSeverity,
  alertId,
  alertText,
  isIdle,
  toAlert,
  type AlertSubject,
  type LiveAlert,
  type SaidAlert,
} from './live-alert.ts'
import { spokenRule } from '../silence/ping-state.ts'
import type { Severity } from '../severity.ts'

/** What to write down: rows to put, and rows to remove. */
export interface RowChanges {
  readonly put: readonly RuleStateRow[]
  readonly remove: readonly { readonly ruleId: string; readonly key: string }[]
}

/** What a severity's change is told with. */
export interface Telling {
  readonly rule: Pick<CompiledRule, 'summary' | 'unit' | 'states'>
  /** Epoch ms. */
  readonly timeMs: number
  readonly reason: TransitionReason
}

type RuleOf = (ruleId: string) => CompiledRule | undefined

/** How many alerts that have ended are remembered, the newest of them. */
const MAX_ENDED = 10_000

/** Every alert that is pending, firing or resolving; makes the transitions, and knows which rows have changed. */
export class LiveAlerts {
  readonly #alerts = new Map<string, LiveAlert>()
  readonly #changed = new Map<string, Pick<AlertSubject, 'ruleId' | 'key'>>()
  /** When the last alert of each id that has ended was so, epoch ms. The oldest entry is the first. */
  readonly #ended = new Map<string, { readonly startsAtMs: number; readonly endsAtMs: number }>()
  readonly #subjectLabels: SubjectLabels
  readonly #contractOf: ContractOf

  constructor(subjectLabels: SubjectLabels, contractOf: ContractOf = () => undefined) {
    this.#subjectLabels = subjectLabels
    this.#contractOf = contractOf
  }

  get size(): number {
    return this.#alerts.size
  }

  get(id: string): LiveAlert | undefined {
    return this.#alerts.get(id)
  }

  values(): Iterable<LiveAlert> {
    return this.#alerts.values()
  }

  /** `host`, `project` and `role` of a host or device; '' where it has none. */
  subjectTags(host: string): Readonly<Record<string, string>> {
    return { project: '', role: '', ...this.#subjectLabels(host), host }
  }

  /** Begins an alert that nobody has heard of yet. */
  begin(subject: AlertSubject, rule: CompiledRule): LiveAlert {
    const live: LiveAlert = {
      subject,
      text: alertText(rule),
      rule,
      levels: rule.levels.map(({ severity }) => ({ severity, state: idleLevel() })),
      said: undefined,
      value: undefined,
      recent: [],
      shown: new Map(),
      details: {},
      isComplete: false,
      lastAtMs: -Infinity,
      isOver: false,
      isQuiet: false,
      sinceFirst: [],
    }
    this.#alerts.set(alertId(subject), live)
    return live
  }

  /** Takes in an alert from before a restart; its row is as it should be. */
  adopt(live: LiveAlert): void {
    this.#alerts.set(alertId(live.subject), live)
  }

  /** Its row must be written again, or removed. */
  touch({ subject }: LiveAlert): void {
    this.#changed.set(alertId(subject), subject)
  }

  /** A sample came, and the row says that none did for long. */
  wake(live: LiveAlert): void {
    live.isQuiet = false
    this.touch(live)
  }

  /** Compares what is so with what was said. Forgets the alert when it is over. */
  settle(live: LiveAlert, telling: Telling): Transition | undefined {
    const severity = activeSeverity(live)
    const transition =
      severity === live.said?.severity ? undefined : this.#tell(live, severity, telling)
    if (transition !== undefined) this.touch(live)
    if (isIdle(live)) this.#forget(live)
    return transition
  }

  /** Ends an alert otherwise than by its condition. */
  end(live: LiveAlert, timeMs: number, reason: TransitionReason): Transition | undefined {
    this.#forget(live)
    const { said } = live
    return said === undefined ? undefined : this.#resolve(live, said, { timeMs, reason })
  }

  /** Whether the alert of this id was firing at a time, epoch ms: the one that lives, or the last one that has ended. */
  wasTold(id: string, timeMs: number): boolean {
    if ((this.#alerts.get(id)?.said?.startsAtMs ?? Infinity) <= timeMs) return true
    const ended = this.#ended.get(id)
    return ended !== undefined && ended.startsAtMs <= timeMs && timeMs <= ended.endsAtMs
  }

  /** Alerts as they stand, with their newest numbers; pending ones described as they would be told now. */
  list(ruleOf: RuleOf): Alert[] {
    return [...this.#alerts.values()].flatMap((live) => this.#asItStands(live, ruleOf) ?? [])
  }

  /** The alert of an id as it stands; undefined: there is none, or its rule is no more. */
  find(id: string, ruleOf: RuleOf): Alert | undefined {
    const live = this.#alerts.get(id)
    return live === undefined ? undefined : this.#asItStands(live, ruleOf)
  }

  /** The rows that have changed since the last call. */
  takeChanges(): RowChanges {
    const put: RuleStateRow[] = []
    const remove: { ruleId: string; key: string }[] = []
    for (const [id, { ruleId, key }] of this.#changed) {
      const live = this.#alerts.get(id)
      if (live === undefined) remove.push({ ruleId, key })
      else put.push(toRow(live))
    }
    this.#changed.clear()
    return { put, remove }
  }

  /** A row that takeChanges gave could not be written: it is asked for again. */
  returnRow({ ruleId, key }: Pick<AlertSubject, 'ruleId' | 'key'>): void {
    this.#changed.set(alertId({ ruleId, key }), { ruleId, key })
  }

  #asItStands(live: LiveAlert, ruleOf: RuleOf): Alert | undefined {
    const found = ruleOf(live.subject.ruleId)
    if (found === undefined) return undefined
    const rule = spokenRule(found, live)
    const said =
      live.said === undefined ? this.#describePending(live, rule) : renewed(live, live.said, rule)
    return said === undefined ? undefined : this.#toAlert(live, said, undefined)
  }

  #forget(live: LiveAlert): void {
    live.isOver = true
    this.#alerts.delete(alertId(live.subject))
    this.touch(live)
  }

  #tell(live: LiveAlert, severity: Severity | undefined, telling: Telling): Transition | undefined {
    const before = live.said
    if (severity === undefined) {
      if (before === undefined) return undefined
      live.said = undefined
      return this.#resolve(live, renewed(live, before, telling.rule), telling)
    }
    const said = this.#describe(live, severity, telling, before)
    live.said = said
    return {
      kind: before === undefined ? 'firing' : 'severity',
      atMs: telling.timeMs,
      reason: telling.reason,
      alert: this.#toAlert(live, said, undefined),
      before:
        before === undefined
          ? undefined
          : this.#toAlert(live, renewed(live, before, telling.rule), endOf(before, telling.timeMs)),
    }
  }

  #resolve(
    live: LiveAlert,
    said: SaidAlert,
    { timeMs, reason }: Pick<Telling, 'timeMs' | 'reason'>,
  ): Transition {
    const endsAtMs = endOf(said, timeMs)
    this.#rememberEnd(alertId(live.subject), said.startsAtMs, endsAtMs)
    const alert = this.#toAlert(live, said, endsAtMs)
    return { kind: 'resolved', atMs: timeMs, reason, alert, before: undefined }
  }

  #rememberEnd(id: string, startsAtMs: number, endsAtMs: number): void {
    this.#ended.delete(id)
    this.#ended.set(id, { startsAtMs, endsAtMs })
    const [oldest] = this.#ended.keys()
    if (this.#ended.size > MAX_ENDED && oldest !== undefined) this.#ended.delete(oldest)
  }

  /** A host's project quotes its own contract; what was found against a project's file has its clauses already. */
  #toAlert(live: LiveAlert, said: SaidAlert, endsAtMs: number | undefined): Alert {
    const alert = toAlert(live, said, endsAtMs)
    const document = alert.project === undefined ? this.#contractOf(alert.host) : undefined
    return document === undefined ? alert : { ...alert, ...basisWithin(alert, document) }
  }

  #describe(
    live: LiveAlert,
    severity: Severity,
    { rule, timeMs }: Telling,
    before: SaidAlert | undefined,
  ): SaidAlert {
    const { host } = live.subject
    const labels =
      before === undefined
        ? alertLabels(live.subject, severity, this.#subjectLabels(host))
        : { ...before.labels, severity }
    return {
      severity,
      labels,
      fingerprint: labelFingerprint(labels),
      summary: alertSummary(rule, live, labels),
      value: live.value,
      threshold: thresholdOf(live, severity),
      startsAtMs: before?.startsAtMs ?? timeMs,
      severitySinceMs: timeMs,
    }
  }

  #describePending(live: LiveAlert, rule: CompiledRule): SaidAlert | undefined {
    const pending = live.levels.findLast(({ state }) => state.raisedAtMs !== undefined)
    if (pending === undefined) return undefined
    const timeMs = pending.state.raisedAtMs ?? 0
    return this.#describe(live, pending.severity, { rule, timeMs, reason: 'condition' }, undefined)
  }
}

/** What was said, with the numbers of the newest sample. */
function renewed(live: LiveAlert, said: SaidAlert, rule: Telling['rule']): SaidAlert {
  return {
    ...said,
    summary: alertSummary(rule, live, said.labels),
    value: live.value,
    threshold: thresholdOf(live, said.severity) ?? said.threshold,
  }
}

/** Of the level in force; undefined where its rule is no more. */
function thresholdOf({ rule }: LiveAlert, severity: Severity): SaidAlert['threshold'] {
  return rule?.levels.find((level) => level.severity === severity)?.threshold
}

/** A clock that was set back must not let an alert end before it began. */
function endOf(said: SaidAlert, timeMs: number): number {
  return Math.max(timeMs, said.severitySinceMs)
}
