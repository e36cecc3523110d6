import type { EventItem } from '@wardround/protocol'
import type { AcceptedBatch } from '../../accepted-batch.ts'
import type { RuleStateRow, Transition } from '../alert.ts'
import type { SubjectLabels } from '../alerts/alert-labels.ts'
import type { EventRule } from '../compiled-rule.ts'
import {
  countEvent,
  countWithin,
  EVENT_ROWS,
  fromCounterRow,
  type EventCounter,
} from './event-counter.ts'
import { memberValues, shownMember, tagMember } from './event-members.ts'
import { activate, deactivate } from '../levels/level-state.ts'
import { activeSeverity, alertId, alertKey, type LiveAlert } from '../alerts/live-alert.ts'
import type { LiveAlerts, RowChanges } from '../alerts/live-alerts.ts'
import { rowsOf, type Downtime, type RowKeeper, type RowKey } from '../alerts/row-keeper.ts'

/** What happened earlier, by the event's own time when it came, calls nobody now. */
const LATE_MS = 5 * 60_000
/** Of one rule; the one that was quiet for longest without an alert makes room. */
const MAX_COUNTERS = 2_000

interface EventWatchParts {
  readonly alerts: LiveAlerts
  readonly subjectLabels: SubjectLabels
  /** When an agent was last heard of, by the engine's clock: nothing is quiet because its agent is. */
  readonly heardAtMs: (agent: string) => number | undefined
}

/**
 * Rules about events: so many of a kind within a sliding window raise an alert, and quiet ends it. An event counts once, by its key, however often it
 * is sent; one that comes late counts for nothing.
 */
export class EventWatch implements RowKeeper {
  readonly rowIds = [EVENT_ROWS]
  readonly #parts: EventWatchParts
  /** By alert id. */
  readonly #counters = new Map<string, EventCounter>()
  readonly #changed = new Set<string>()
  #rules: readonly EventRule[]

  constructor(rules: readonly EventRule[], parts: EventWatchParts) {
    this.#rules = rules
    this.#parts = parts
  }

  /** Puts other rules in force; what those that are gone counted is forgotten. */
  set rules(rules: readonly EventRule[]) {
    this.#rules = rules
    for (const [id, { ruleId }] of this.#counters)
      if (!rules.some((rule) => rule.id === ruleId)) this.#remove(id)
  }

  /** A live batch came. */
  accept(
    { agent, receivedAtMs, batch }: AcceptedBatch,
    atMs: number,
    transitions: Transition[],
  ): void {
    if (this.#rules.length === 0) return
    for (const event of batch.events) {
      if (receivedAtMs - event.timeMs > LATE_MS) continue
      for (const rule of this.#rules)
        if (rule.eventKind === event.kind) this.#count(rule, event, agent, atMs, transitions)
    }
  }

  /** Ends what has been quiet for long enough. */
  check(atMs: number, transitions: Transition[]): void {
    for (const [id, counter] of this.#counters) {
      const rule = this.#rules.find(({ id: ruleId }) => ruleId === counter.ruleId)
      if (rule === undefined) continue
      const live = this.#parts.alerts.get(id)
      if (live !== undefined) this.#quiet(rule, counter, live, atMs, transitions)
      else if (countWithin(counter, longestWindow(rule), atMs) === 0) this.#remove(id)
    }
  }

  /** Takes up an alert of an earlier process. */
  adopt(live: LiveAlert, atMs: number): void {
    const { ruleId, host, tags } = live.subject
    const id = alertId(live.subject)
    const counter = this.#counters.get(id) ?? newCounter(ruleId, host, tags)
    this.#counters.set(id, counter)
    for (const { severity, state } of live.levels) if (state.active) counter.held[severity] ??= atMs
  }

  restoreRow(row: RuleStateRow, downtime: Downtime): boolean {
    const counter = fromCounterRow(row, downtime)
    if (counter === undefined) return false
    if (this.#rules.some(({ id }) => id === counter.ruleId)) this.#counters.set(row.key, counter)
    else this.#changed.add(row.key)
    return true
  }

  /** A person retired a host or device, or part of it. */
  forget(host: string, isRetired: (tags: Readonly<Record<string, string>>) => boolean): void {
    for (const [id, counter] of this.#counters)
      if (counter.host === host && isRetired(counter.tags)) this.#remove(id)
  }

  takeRows(): RowChanges {
    return rowsOf(EVENT_ROWS, this.#changed, (key) => {
      const counter = this.#counters.get(key)
      return counter === undefined ? undefined : JSON.stringify(counter)
    })
  }

  returnRow({ key }: RowKey): void {
    this.#changed.add(key)
  }

  #count(
    rule: EventRule,
    event: EventItem,
    agent: string,
    atMs: number,
    transitions: Transition[],
  ): void {
    if (!this.#watches(rule, event)) return
    const { subject: host, body } = event
    const tags = Object.fromEntries(
      rule.identifyingMembers.flatMap((member) => {
        const value = tagMember(body, member)
        return value === undefined ? [] : [[member, value]]
      }),
    )
    const subject = { ruleId: rule.id, key: alertKey(host, tags), host, measurement: '', tags }
    const id = alertId(subject)
    const counter = this.#counters.get(id) ?? newCounter(rule.id, host, tags)
    if (!countEvent(counter, rule, event.key, atMs)) return
    counter.agent = agent
    this.#keep(id, counter)
    const { alerts } = this.#parts
    const raised = rule.levels.filter(
      ({ windowMs, atLeast }) => countWithin(counter, windowMs, atMs) >= atLeast,
    )
    const before = alerts.get(id)
    if (raised.length === 0 && before === undefined) return
    const live = before ?? alerts.begin(subject, rule)
    for (const { severity } of raised) {
      counter.held[severity] = atMs
      const state = live.levels.find((level) => level.severity === severity)?.state
      if (state?.active === false) activate(state)
    }
    live.lastAtMs = atMs
    live.value = countShown(rule, counter, live, atMs)
    live.details = Object.fromEntries(
      rule.shown.map((member) => [`event.${member}`, shownMember(body, member) ?? '—']),
    )
    alerts.touch(live)
    this.#settle(live, rule, event.timeMs, transitions)
  }

  #watches(rule: EventRule, { subject, body }: EventItem): boolean {
    const labels: Readonly<Record<string, string>> = {
      ...this.#parts.subjectLabels(subject),
      host: subject,
    }
    for (const [tag, test] of rule.subjects) if (!test(labels[tag] ?? '')) return false
    for (const [member, test] of rule.where) if (!test(memberValues(body, member))) return false
    return true
  }

  #quiet(
    rule: EventRule,
    counter: EventCounter,
    live: LiveAlert,
    atMs: number,
    transitions: Transition[],
  ): void {
    const heardAtMs = this.#parts.heardAtMs(counter.agent) ?? atMs
    let changed = false
    for (const { severity, clearForMs } of rule.levels) {
      const state = live.levels.find((level) => level.severity === severity)?.state
      const heldMs = counter.held[severity] ?? -Infinity
      if (state?.active !== true || heardAtMs - heldMs < clearForMs) continue
      deactivate(state)
      delete counter.held[severity]
      changed = true
    }
    if (!changed) return
    this.#changed.add(alertId(live.subject))
    this.#settle(live, rule, atMs, transitions)
  }

  #settle(live: LiveAlert, rule: EventRule, timeMs: number, transitions: Transition[]): void {
    const { alerts } = this.#parts
    alerts.touch(live)
    const transition = alerts.settle(live, { rule, timeMs, reason: 'condition' })
    if (transition !== undefined) transitions.push(transition)
  }

  /** The newest is the last of the map. */
  #keep(id: string, counter: EventCounter): void {
    const isNew = !this.#counters.delete(id)
    this.#counters.set(id, counter)
    this.#changed.add(id)
    if (isNew) this.#makeRoom(counter.ruleId)
  }

  #makeRoom(wanted: string): void {
    let count = 0
    let oldest: string | undefined
    for (const [id, { ruleId }] of this.#counters) {
      if (ruleId !== wanted) continue
      count++
      if (this.#parts.alerts.get(id) === undefined) oldest ??= id
    }
    if (count > MAX_COUNTERS && oldest !== undefined) this.#remove(oldest)
  }

  #remove(id: string): void {
    this.#counters.delete(id)
    this.#changed.add(id)
  }
}

function newCounter(
  ruleId: string,
  host: string,
  tags: Readonly<Record<string, string>>,
): EventCounter {
  return { ruleId, host, tags, agent: '', timesMs: [], keys: [], held: {} }
}

function longestWindow({ levels }: EventRule): number {
  return Math.max(...levels.map(({ windowMs }) => windowMs))
}

/** In the window of the severity that people are told of. */
function countShown(rule: EventRule, counter: EventCounter, live: LiveAlert, atMs: number): number {
  const severity = activeSeverity(live)
  const level = rule.levels.find((one) => one.severity === severity) ?? rule.levels[0]
  return countWithin(counter, level?.windowMs ?? 0, atMs)
}
