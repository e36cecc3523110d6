import type { AcceptedBatch } from '../accepted-batch.ts'
import { AbsenceWatch } from './absence/absence-watch.ts'
import type { Alert, RuleStateRow, Transition } from './alert.ts'
import type { SubjectLabels } from './alerts/alert-labels.ts'
import { BatchOrder } from './batch-order.ts'
import { rulesOf, type CompiledRule, type RuleSet } from './compiled-rule.ts'
import type { ContractOf } from './contract-basis.ts'
import { EventWatch } from './events/event-watch.ts'
import type { Finding } from './finding.ts'
import { FindingWatch } from './findings/finding-watch.ts'
import type { HistoryNeed, PointHistory } from './history.ts'
import { KnownSubjects } from './alerts/known-subjects.ts'
import { alertId, type LiveAlert } from './alerts/live-alert.ts'
import { LiveAlerts, type RowChanges } from './alerts/live-alerts.ts'
import type { PingState } from './silence/ping-state.ts'
import { PastWatch } from './values/past-watch.ts'
import type { SeriesDirectory } from './points/series-directory.ts'
import { EngineRows } from './alerts/engine-rows.ts'
import { fitAlert } from './alerts/fit-alert.ts'
import type { Downtime } from './alerts/row-keeper.ts'
import { SilenceWatch } from './silence/silence-watch.ts'
import type { SilentKind } from './silence/silent-kind.ts'
import { StaleWatch } from './alerts/stale-watch.ts'
import { ValueEngine } from './values/value-engine.ts'

export interface RuleEngineOptions {
  readonly rules: RuleSet
  readonly directory: SeriesDirectory
  /** `project` and `role` of a host or device, as the configuration has them. */
  readonly subjectLabels: SubjectLabels
  /** Alerts of hosts of a project quote its contract alone; nobody's where it is not said. */
  readonly contractOf?: ContractOf
  /** Signs of life closer together count as one heartbeat. Default 5 s. */
  readonly heartbeatSpacingMs?: number
}

const NONE: readonly Transition[] = []

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
  /** Of others than agents. */
  readonly #others: Readonly<Record<Exclude<SilentKind, 'agent'>, SilenceWatch>>
  readonly #known = new KnownSubjects()
  readonly #events: EventWatch
  readonly #stale: StaleWatch
  readonly #findings: FindingWatch
  readonly #order = new BatchOrder()
  readonly #directory: SeriesDirectory
  readonly #subjectLabels: SubjectLabels
  #past: PastWatch
  #rules: ReadonlyMap<string, CompiledRule>
  #definitions: RuleSet['definitions']
  #values: ValueEngine
  #absence: AbsenceWatch

  constructor(options: RuleEngineOptions) {
    const { rules, directory, subjectLabels, contractOf, heartbeatSpacingMs = 5000 } = options
    this.#directory = directory
    this.#subjectLabels = subjectLabels
    this.#alerts = new LiveAlerts(subjectLabels, contractOf)
    this.#past = new PastWatch(rules, directory, subjectLabels)
    const watchSilence = (kind: SilentKind) =>
      new SilenceWatch(kind, rules.silenceRules, this.#alerts, heartbeatSpacingMs)
    this.#silence = watchSilence('agent')
    this.#others = {
      collector: watchSilence('collector'),
      network: watchSilence('network'),
      store: watchSilence('store'),
    }
    this.#events = new EventWatch(rules.eventRules, {
      alerts: this.#alerts,
      subjectLabels,
      heardAtMs: (agent) => this.#silence.heardAtMs(agent),
    })
    this.#stale = new StaleWatch(this.#alerts)
    this.#findings = new FindingWatch(rules.findingRules, this.#alerts, subjectLabels, this.#known)
    this.#values = new ValueEngine(rules, directory, this.#alerts, this.#known)
    this.#absence = new AbsenceWatch(rules.absenceRules, directory, this.#alerts)
    this.#rules = byId(rules)
    this.#definitions = rules.definitions
  }

  /** Rules in force. */
  get ruleCount(): number {
    return this.#rules.size
  }

  /** Rules times the points that they watch. */
  get instanceCount(): number {
    return this.#values.instanceCount
  }

  /** Bytes that the windows of functions take. */
  get windowBytes(): number {
    return this.#values.functions.bytes
  }

  /**
   * Evaluates a batch; a late one is a sign of life, and otherwise of the past alone (takePast). `atMs` is when it came. One that an earlier
   * process took is a sign of life now (`heardAtMs`): since then nobody could be heard.
   */
  accept(batch: AcceptedBatch, atMs: number, heardAtMs = atMs): readonly Transition[] {
    const transitions: Transition[] = []
    // line protocol is no sign of life of the agent that the host has
    if (batch.agent !== '') this.#silence.contact(batch.agent, heardAtMs, transitions)
    if (batch.late) for (const block of batch.batch.blocks) this.#past.accept(block, atMs)
    else {
      const shiftMs = this.#order.shiftOf(batch)
      for (const block of batch.batch.blocks) {
        this.#known.hear(block.subject, heardAtMs)
        this.#values.accept(block, { orderMs: block.timeMs + shiftMs, atMs }, transitions)
        this.#absence.accept(block, heardAtMs, transitions)
      }
      this.#events.accept(batch, atMs, transitions)
    }
    return transitions.length === 0 ? NONE : transitions
  }

  /** An agent was heard of otherwise than by a batch: hello, ping. */
  contact(agent: string, atMs: number): readonly Transition[] {
    const transitions: Transition[] = []
    this.#silence.contact(agent, atMs, transitions)
    return transitions
  }

  /** A sign of life of another than an agent. */
  hear(kind: Exclude<SilentKind, 'agent'>, name: string, atMs: number): readonly Transition[] {
    const transitions: Transition[] = []
    this.#others[kind].contact(name, atMs, transitions)
    return transitions
  }

  /** Exactly these others are waited for. */
  expect(
    kind: Exclude<SilentKind, 'agent'>,
    names: readonly string[],
    atMs: number,
  ): readonly Transition[] {
    const transitions: Transition[] = []
    this.#others[kind].expect(names, atMs, transitions)
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

  /** Time has passed: who is silent, what is missing, quiet, gone for good? To be called every second or so. */
  tick(atMs: number): readonly Transition[] {
    const transitions: Transition[] = []
    for (const watch of this.#silences()) watch.check(atMs, transitions)
    this.#absence.check(atMs, transitions)
    this.#events.check(atMs, transitions)
    this.#stale.check(this.#rules, atMs, transitions)
    this.#values.functions.forgetAwaited(atMs)
    return transitions
  }

  /** Whether a rule is about findings, or about the platform itself. */
  isOwnRule(id: string): boolean {
    return this.#rules.get(id)?.kind === 'finding' || this.#definitions.get(id)?.own === true
  }

  /**
   * All that is found now by comparing what should be with what is; what is not among it is no longer so, unless it is `undecided`: that can't be
   * judged yet, raises nothing and ends nothing.
   */
  acceptFindings(
    findings: readonly Finding[],
    projects: readonly string[],
    atMs: number,
    undecided: readonly Finding[] = [],
  ): readonly Transition[] {
    const transitions: Transition[] = []
    this.#findings.update({ findings, undecided, projects }, atMs, transitions)
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
    downtime: Downtime,
  ): { readonly transitions: readonly Transition[]; readonly unreadable: number } {
    const transitions: Transition[] = []
    const { alerts, unreadable } = this.#rows().restore(rows, downtime)
    for (const live of alerts) this.#fit(live, downtime.atMs, transitions)
    return { transitions, unreadable }
  }

  /** Puts other rules in force. Alerts of rules that stay go on; those of rules that are gone end. */
  replaceRules(rules: RuleSet, atMs: number): readonly Transition[] {
    this.#rules = byId(rules)
    this.#definitions = rules.definitions
    for (const watch of this.#silences()) watch.rules = rules.silenceRules
    this.#events.rules = rules.eventRules
    this.#findings.rules = rules.findingRules
    this.#known.beginEra()
    this.#values = new ValueEngine(rules, this.#directory, this.#alerts, this.#known)
    this.#past = new PastWatch(rules, this.#directory, this.#subjectLabels)
    const absence = new AbsenceWatch(rules.absenceRules, this.#directory, this.#alerts)
    absence.takeOver(this.#absence, atMs)
    this.#absence = absence
    const transitions: Transition[] = []
    for (const live of this.#alerts.values()) this.#fit(live, atMs, transitions)
    return transitions
  }

  /**
   * A person retires a host or device, or with `tags` the part of it that has all of them: its alerts end, and it is forgotten, so that what comes
   * later makes it known anew. `wasKnown` is false where there was nothing of it.
   */
  retire(
    host: string,
    tags: Readonly<Record<string, string>> | undefined,
    atMs: number,
  ): { readonly transitions: readonly Transition[]; readonly wasKnown: boolean } {
    const isRetired = (given: Readonly<Record<string, string>>) =>
      Object.entries(tags ?? {}).every(([name, value]) => given[name] === value)
    const transitions: Transition[] = []
    let wasKnown = this.#known.has(host)
    for (const live of this.#alerts.values()) {
      if (live.subject.host !== host || !isRetired(live.subject.tags)) continue
      wasKnown = true
      const transition = this.#alerts.end(live, atMs, 'retired')
      if (transition !== undefined) transitions.push(transition)
    }
    if (tags === undefined && this.#silence.forget(host)) wasKnown = true
    this.#known.forget(host, tags)
    this.#events.forget(host, isRetired)
    this.#absence.forgetSubject(host, tags === undefined ? undefined : isRetired)
    return { transitions, wasKnown }
  }

  /** What functions must know of the time before: to be asked of a store after a start, after rules were replaced, and every hour for baselines. */
  historyNeeds(): HistoryNeed[] {
    return this.#values.functions.needs()
  }

  /**
   * Takes in what a store answered to a need, while samples already come; `atMs` is now, epoch ms. Nothing is evaluated by it. Returns how many
   * points' past had no room.
   */
  fillHistory(need: HistoryNeed, history: readonly PointHistory[], atMs: number): number {
    return this.#values.functions.fill(need, history, atMs)
  }

  /** Alerts that are pending, firing or resolving. */
  list(): Alert[] {
    return this.#alerts.list((id) => this.#rules.get(id))
  }

  /** An alert as it stands now, with its newest numbers; undefined: it is over. */
  find(alert: Pick<Alert, 'ruleId' | 'key'>): Alert | undefined {
    return this.#alerts.find(alertId(alert), (id) => this.#rules.get(id))
  }

  /** What has changed since the last call and must be written down. */
  takeChanges(atMs: number): RowChanges {
    return this.#rows().take(atMs)
  }

  /** It could not be written: it is given again with what follows. */
  returnChanges(changes: RowChanges): void {
    this.#rows().giveBack(changes)
  }

  #rows(): EngineRows {
    return new EngineRows(this.#alerts, [
      ...this.#silences(),
      this.#known,
      this.#events,
      this.#absence,
    ])
  }

  #silences(): readonly SilenceWatch[] {
    return [this.#silence, ...Object.values(this.#others)]
  }

  /** Makes an alert that the rules in force did not begin one of theirs, or ends it. */
  #fit(live: LiveAlert, timeMs: number, transitions: Transition[]): void {
    const rule = this.#rules.get(live.subject.ruleId)
    const transition = fitAlert(live, rule, this.#alerts, timeMs)
    if (rule?.kind === 'absence' && !live.isOver) this.#absence.adopt(live, rule, timeMs)
    if (rule?.kind === 'event' && !live.isOver) this.#events.adopt(live, timeMs)
    if (rule?.kind === 'finding' && !live.isOver) this.#findings.adopt(live)
    if (transition !== undefined) transitions.push(transition)
  }
}

function byId(rules: RuleSet): ReadonlyMap<string, CompiledRule> {
  return new Map(rulesOf(rules).map((rule) => [rule.id, rule]))
}
