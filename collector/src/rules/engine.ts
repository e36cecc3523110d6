import type { AcceptedBatch } from '../accepted-batch.ts'
import type { Alert, RuleStateRow, Transition } from './alert.ts'
import type { SubjectLabels } from './alert-labels.ts'
import { fromRow } from './alert-row.ts'
import { BatchOrder } from './batch-order.ts'
import type { CompiledRule, RuleSet } from './compiled-rule.ts'
import { forgetTimers, idleLevel, takeOver } from './level-state.ts'
import { alertText, type LiveAlert } from './live-alert.ts'
import { LiveAlerts, type RowChanges } from './live-alerts.ts'
import { type PingState, spokenRule } from './ping-state.ts'
import { PastWatch } from './past-watch.ts'
import type { SeriesDirectory } from './point-binding.ts'
import { CONTACT_ROWS, PING_ROWS, SilenceWatch } from './silence-watch.ts'
import { ValueEngine } from './value-engine.ts'

export interface RuleEngineOptions {
  readonly rules: RuleSet
  readonly directory: SeriesDirectory
  /** `project` and `role` of a host or device, as the configuration has them. */
  readonly subjectLabels: SubjectLabels
  /** Signs of life closer together count as one heartbeat. Default 5 s. */
  readonly heartbeatSpacingMs?: number
}

/** When the engine's state was last known, and for how long nobody watched. */
export interface Downtime {
  /** Now, by the engine's clock. */
  readonly atMs: number
  /** How long the collector was away. */
  readonly downMs: number
}

/** Timers of `for` and `clear` outlive a restart that takes no longer (Prometheus: outage tolerance). */
const TIMERS_OUTLIVE_MS = 3_600_000

/** Agents that lost the collector come back within this time. */
const COMEBACK_MS = 60_000

const NONE: readonly Transition[] = []

/** Rows that are no alert's. */
const OF_SILENCE: readonly string[] = [CONTACT_ROWS, PING_ROWS]

/**
 * All rules over all that arrives. Pure: it reads no clock and does no I/O.
 *
 * Two kinds of time: a sample's own (epoch ms, corrected by ingest) says when something was so, and stands in alerts; how long something has
 * been so is told by `atMs`, the engine's clock: it never goes back and never jumps while the process lives, whatever is done to the clocks of
 * agents or collector, and goes on from the wall clock after a restart. So `for` counts from the arrival of the first sample that raises.
 */
export class RuleEngine {
  readonly #alerts: LiveAlerts
  readonly #silence: SilenceWatch
  readonly #order = new BatchOrder()
  readonly #directory: SeriesDirectory
  readonly #subjectLabels: SubjectLabels
  #past: PastWatch
  #rules: ReadonlyMap<string, CompiledRule>
  #values: ValueEngine

  constructor({ rules, directory, subjectLabels, heartbeatSpacingMs = 5000 }: RuleEngineOptions) {
    this.#directory = directory
    this.#subjectLabels = subjectLabels
    this.#alerts = new LiveAlerts(subjectLabels)
    this.#past = new PastWatch(rules, directory, subjectLabels)
    this.#silence = new SilenceWatch(rules.silenceRules, this.#alerts, heartbeatSpacingMs)
    this.#values = new ValueEngine(rules, directory, this.#alerts)
    this.#rules = byId(rules)
  }

  /** Rules in force. */
  get ruleCount(): number {
    return this.#rules.size
  }

  /** Rules times the points that they watch. */
  get instanceCount(): number {
    return this.#values.instanceCount
  }

  /**
   * Evaluates a batch; a late one is a sign of life, and otherwise of the past alone (takePast). `atMs` is when it came. One that an earlier
   * process took is a sign of life now (`heardAtMs`): since then nobody could be heard.
   */
  accept(batch: AcceptedBatch, atMs: number, heardAtMs = atMs): readonly Transition[] {
    const transitions: Transition[] = []
    this.#silence.contact(batch.agent, heardAtMs, transitions)
    if (batch.late) for (const block of batch.batch.blocks) this.#past.accept(block, atMs)
    else {
      const shiftMs = this.#order.shiftOf(batch)
      for (const block of batch.batch.blocks)
        this.#values.accept(block, { orderMs: block.timeMs + shiftMs, atMs }, transitions)
    }
    return transitions.length === 0 ? NONE : transitions
  }

  /** An agent was heard of otherwise than by a batch: hello, ping. */
  contact(agent: string, atMs: number): readonly Transition[] {
    const transitions: Transition[] = []
    this.#silence.contact(agent, atMs, transitions)
    return transitions
  }

  /** What ping says of an agent's host from now on; it counts while the agent is silent. */
  hearPing(agent: string, ping: PingState): void {
    this.#silence.hearPing(agent, ping)
  }

  /** What was last said of it, by this process or an earlier one. */
  pingOf(agent: string): PingState {
    return this.#silence.pingOf(agent)
  }

  /** Time has passed: who is silent? To be called every second or so. */
  tick(atMs: number): readonly Transition[] {
    const transitions: Transition[] = []
    this.#silence.check(atMs, transitions)
    return transitions
  }

  /** What would have fired while nobody could be told: alerts with their beginning and end, each given once. To be called every second or so. */
  takePast(atMs: number): readonly Alert[] {
    return this.#past.take(atMs, (id, timeMs) => this.#alerts.wasTold(id, timeMs))
  }

  /**
   * Takes up the state of an earlier process. What fired then fires on, untold; an alert whose rule is gone ends.
   * `unreadable` counts rows that were damaged or of a newer format; they are left alone.
   */
  restore(
    rows: readonly RuleStateRow[],
    { atMs, downMs }: Downtime,
  ): { readonly transitions: readonly Transition[]; readonly unreadable: number } {
    const transitions: Transition[] = []
    let unreadable = 0
    for (const row of rows) {
      if (row.ruleId === PING_ROWS) {
        if (!this.#silence.restorePing(row)) unreadable++
        continue
      }
      if (row.ruleId === CONTACT_ROWS) {
        const notBeforeMs = atMs + Math.min(COMEBACK_MS, downMs)
        if (!this.#silence.restore(row, atMs, notBeforeMs)) unreadable++
        continue
      }
      const live = fromRow(row, atMs)
      if (live === undefined) {
        unreadable++
        continue
      }
      if (downMs > TIMERS_OUTLIVE_MS) for (const { state } of live.levels) forgetTimers(state)
      this.#alerts.adopt(live)
      this.#fit(live, atMs, transitions)
    }
    return { transitions, unreadable }
  }

  /** Puts other rules in force. Alerts of rules that stay go on; those of rules that are gone end. */
  replaceRules(rules: RuleSet, atMs: number): readonly Transition[] {
    this.#rules = byId(rules)
    this.#silence.rules = rules.silenceRules
    this.#values = new ValueEngine(rules, this.#directory, this.#alerts)
    this.#past = new PastWatch(rules, this.#directory, this.#subjectLabels)
    const transitions: Transition[] = []
    for (const live of this.#alerts.values()) this.#fit(live, atMs, transitions)
    return transitions
  }

  /** Alerts that are pending, firing or resolving. */
  list(): Alert[] {
    return this.#alerts.list((id) => this.#rules.get(id))
  }

  /** What has changed since the last call and must be written down. */
  takeChanges(atMs: number): RowChanges {
    const { put, remove } = this.#alerts.takeChanges()
    return { put: [...put, ...this.#silence.takeRows(atMs)], remove }
  }

  /** It could not be written: it is given again with what follows. */
  returnChanges({ put, remove }: RowChanges): void {
    const isOfSilence = ({ ruleId }: RuleStateRow) => OF_SILENCE.includes(ruleId)
    this.#alerts.returnChanges({ put: put.filter((row) => !isOfSilence(row)), remove })
    for (const row of put.filter(isOfSilence)) this.#silence.returnRow(row)
  }

  /** Makes an alert that the rules in force did not begin one of theirs, or ends it. */
  #fit(live: LiveAlert, timeMs: number, transitions: Transition[]): void {
    const found = this.#rules.get(live.subject.ruleId)
    let transition: Transition | undefined
    if (found === undefined || !watches(found, live)) transition = this.#alerts.end(live, timeMs)
    else {
      const rule = spokenRule(found, live)
      live.text = alertText(rule)
      live.levels = rule.levels.map((timing) => {
        const known = live.levels.find(({ severity }) => severity === timing.severity)
        const state = known === undefined ? idleLevel() : takeOver(known.state, timing)
        return { severity: timing.severity, state }
      })
      transition = this.#alerts.settle(live, { rule, timeMs, reason: 'rule' })
    }
    if (transition !== undefined) transitions.push(transition)
  }
}

function byId({ valueRules, silenceRules }: RuleSet): ReadonlyMap<string, CompiledRule> {
  return new Map([...valueRules, ...silenceRules].map((rule) => [rule.id, rule]))
}

/** Whether a rule still watches what an alert is about, as far as the alert's own tags tell. */
function watches(rule: CompiledRule, { subject }: LiveAlert): boolean {
  if (rule.kind === 'silence') return subject.measurement === ''
  if (rule.measurement !== subject.measurement) return false
  const known: Readonly<Record<string, string>> = { ...subject.tags, host: subject.host }
  for (const [tag, test] of rule.where) {
    const value = known[tag]
    if (value !== undefined && !test(value)) return false
  }
  return true
}
