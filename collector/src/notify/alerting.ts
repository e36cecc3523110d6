import type { Position } from '@wardround/journal'
import type { Logger } from '@wardround/program'
import type { AcceptedBatch } from '../accepted-batch.ts'
import type { Alert, Transition } from '../rules/alert.ts'
import type { SubjectLabels } from '../rules/alerts/alert-labels.ts'
import { rulesOf, type RuleSet } from '../rules/compiled-rule.ts'
import { RuleEngine } from '../rules/engine.ts'
import type { Contact } from './notice.ts'
import type { Finding } from '../rules/finding.ts'
import type { HistoryNeed, PointHistory } from '../rules/history.ts'
import type { PingState } from '../rules/silence/ping-state.ts'
import type { SeriesDirectory } from '../rules/points/series-directory.ts'
import { AlertSaver, type SaverStatus } from './alert-saver.ts'
import type { DispatchRules } from './dispatch/dispatcher.ts'
import type { DispatchRow } from './dispatch/dispatch-rows.ts'
import { Dispatching, languageIn } from './dispatching.ts'
import { MonotonicTime } from './monotonic-time.ts'
import type { Notifier } from './notifier.ts'
import type { AlertStateStore } from './outbox-store.ts'
import { QuotedDocuments } from './quoted-documents.ts'
import { SampleWatch } from './sample-watch.ts'

export interface AlertingOptions {
  readonly rules: RuleSet
  /** Who is told of what, and when. */
  readonly dispatch: DispatchRules
  readonly directory: SeriesDirectory
  /** `project` and `role` of a host or device. */
  readonly subjectLabels: SubjectLabels
  readonly state: AlertStateStore
  readonly notifier: Notifier
  /** Links in messages begin with it. */
  readonly externalUrl: string
  /** Who is on duty for a project; nobody where it is not said. */
  readonly dutyOf?: (project: string, atMs: number) => readonly Contact[]
  /** Whom a project's chain names at a level of an escalation; nobody where it is not said. */
  readonly escalationOf?: (project: string, level: number) => readonly Contact[]
  /** Until when an earlier process watched, by the wall clock; undefined: there was none. */
  readonly lastAliveMs: number | undefined
  readonly log: Logger
  readonly nowMs?: () => number
  readonly monotonicMs?: () => number
  /** How often is saved what changed without a transition: timers, and the place in the journal. Default 5 s. */
  readonly saveEveryMs?: number
  /** How often silence is looked for. Default 1 s. */
  readonly tickEveryMs?: number
  /** Signs of life closer together count as one heartbeat. Default 5 s. */
  readonly heartbeatSpacingMs?: number
}

interface AlertingStatus extends SaverStatus {
  readonly rules: number
  readonly ruleInstances: number
  /** Rows of an earlier process that could not be read. */
  readonly unreadableRows: number
}

/** Rules, their state and notices, as the collector's main thread uses them. */
export interface Alerting extends AsyncDisposable {
  /** Where to read the journal on from; undefined: from its oldest record. */
  readonly from: Position | undefined
  /** Replay at start: a batch of the journal, in order; `end` is where its record ends. Before start(). */
  take(batch: AcceptedBatch, end: Position): void
  /** From here on time passes and silence counts. */
  start(): void
  /** A batch as it arrives; `end` where its record ends, undefined while the journal can't be written. */
  accept(batch: AcceptedBatch, end: Position | undefined): void
  /** An agent was heard of otherwise: hello, ping. */
  contact(agent: string): void
  /** What ping says of an agent's host from now on. */
  hearPing(agent: string, ping: PingState): void
  /** What it said last, here or in an earlier process. */
  pingOf(agent: string): PingState
  /** Another collector was heard of, or the collector's own network. */
  hear(kind: 'collector' | 'network', name: string): void
  /** Exactly these are waited for. */
  expect(kind: 'collector' | 'network', names: readonly string[]): void
  /** All that is found now against project files. */
  acceptFindings(
    findings: readonly Finding[],
    projects: readonly string[],
    undecided: readonly Finding[],
  ): void
  /** Whether a rule is about findings, or about the platform itself: its alerts are no incidents. */
  isOwnRule(id: string): boolean
  /** Alerts that are pending, firing or resolving. */
  listAlerts(): Alert[]
  /** Told of each transition, before it is saved; `dispatching` knows of it then. */
  onTransition(listener: (transition: Transition) => void): void
  /** Told whenever the state covers more of the journal. */
  onCovered(listener: (position: Position) => void): void
  /** Links in messages begin with it, from the next one on. */
  externalUrl: string
  /** Alerts as notices know them, silences, and what people do about them. */
  readonly dispatching: Pick<Dispatching, 'act' | 'look'>
  /** Puts other rules in force. */
  replaceRules(rules: RuleSet, dispatch: DispatchRules): void
  /**
   * A person retires a host or device, or with `tags` an instance on it: its alerts end, and what comes later makes it known anew. Saved when it
   * resolves, or it could not be.
   */
  retire(host: string, tags?: Readonly<Record<string, string>>): Promise<Retired>
  /** What the rules must know of the past. */
  historyNeeds(): HistoryNeed[]
  /** Takes in what a store answered to a need; returns how many points' past had no room. */
  fillHistory(need: HistoryNeed, history: readonly PointHistory[]): number
  /** Resolves when all that was accepted is saved, or could not be. */
  flush(): Promise<void>
  status(): AlertingStatus
}

export interface Retired {
  /** Alerts that people were told of and that ended by it. */
  readonly ended: number
  /** False where nothing was ever heard of it. */
  readonly wasKnown: boolean
}

/** Loads the state of an earlier process; nothing is evaluated before take() or accept(). */
export async function openAlerting(options: AlertingOptions): Promise<Alerting> {
  const { state, nowMs = Date.now, lastAliveMs } = options
  const { cursor, rows, dispatchRows } = await state.load()
  const time = new MonotonicTime(nowMs, options.monotonicMs ?? (() => performance.now()))
  const engine = new RuleEngine(options)
  const downMs = lastAliveMs === undefined ? 0 : Math.max(0, nowMs() - lastAliveMs)
  const { transitions, unreadable } = engine.restore(rows, { atMs: time.nowMs(), downMs })
  const alerting = new RunningAlerting(options, engine, time, cursor)
  alerting.restore(dispatchRows, transitions, unreadable)
  return alerting
}

class RunningAlerting implements Alerting {
  readonly from: Position | undefined
  externalUrl: string
  readonly #engine: RuleEngine
  readonly #time: MonotonicTime
  readonly #saver: AlertSaver
  readonly #options: AlertingOptions
  readonly #dispatching: Dispatching
  readonly #samples: SampleWatch
  #unreadable = 0
  readonly #listeners: ((transition: Transition) => void)[] = []
  #documents: QuotedDocuments
  #ticking: NodeJS.Timeout | undefined

  constructor(
    options: AlertingOptions,
    engine: RuleEngine,
    time: MonotonicTime,
    from: Position | undefined,
  ) {
    const { state, notifier, log, saveEveryMs = 5000 } = options
    this.#options = options
    this.externalUrl = options.externalUrl
    this.#engine = engine
    this.#time = time
    this.from = from
    this.#documents = new QuotedDocuments(quotesOf(options.rules))
    this.#saver = new AlertSaver({
      state,
      notifier,
      log,
      saveEveryMs,
      takeChanges: () => engine.takeChanges(time.nowMs()),
      returnChanges: (changes) => engine.returnChanges(changes),
      takeDispatch: () => this.#dispatching.takeChanges(),
      returnDispatch: () => this.#dispatching.returnChanges(),
    })
    this.#dispatching = this.#openDispatching()
    this.#samples = new SampleWatch(options.directory, this.#dispatching)
  }

  /** Takes up what an earlier process told, and what became of its alerts. */
  restore(
    rows: readonly DispatchRow[],
    transitions: readonly Transition[],
    unreadable: number,
  ): void {
    this.#unreadable = unreadable + this.#dispatching.restore(rows)
    if (this.#unreadable > 0)
      this.#options.log.error(
        { unreadable: this.#unreadable },
        'rows of alert state could not be read',
      )
    this.tell(transitions)
    this.#dispatching.reconcile(this.#engine.list())
  }

  take(batch: AcceptedBatch, end: Position): void {
    this.#evaluate(batch, this.#time.pastMs(batch.receivedAtMs))
    this.#saver.covers(end)
  }

  start(): void {
    const { tickEveryMs = 1000 } = this.#options
    this.#ticking ??= setInterval(() => this.#tick(), tickEveryMs).unref()
    this.#saver.start()
  }

  accept(batch: AcceptedBatch, end: Position | undefined): void {
    this.#evaluate(batch, this.#time.nowMs())
    if (end !== undefined) this.#saver.covers(end)
  }

  contact(agent: string): void {
    this.tell(this.#engine.contact(agent, this.#time.nowMs()))
  }

  hearPing(agent: string, ping: PingState): void {
    this.#engine.hearPing(agent, ping)
  }

  pingOf(agent: string): PingState {
    return this.#engine.pingOf(agent)
  }

  hear(kind: 'collector' | 'network', name: string): void {
    this.tell(this.#engine.hear(kind, name, this.#time.nowMs()))
  }

  expect(kind: 'collector' | 'network', names: readonly string[]): void {
    this.tell(this.#engine.expect(kind, names, this.#time.nowMs()))
  }

  acceptFindings(
    findings: readonly Finding[],
    projects: readonly string[],
    undecided: readonly Finding[],
  ): void {
    this.tell(this.#engine.acceptFindings(findings, projects, this.#time.nowMs(), undecided))
  }

  isOwnRule(id: string): boolean {
    return this.#engine.isOwnRule(id)
  }

  listAlerts(): Alert[] {
    return this.#engine.list()
  }

  onTransition(listener: (transition: Transition) => void): void {
    this.#listeners.push(listener)
  }

  onCovered(listener: (position: Position) => void): void {
    this.#saver.onCovered(listener)
  }

  get dispatching(): Dispatching {
    return this.#dispatching
  }

  replaceRules(rules: RuleSet, dispatch: DispatchRules): void {
    this.#documents = new QuotedDocuments(quotesOf(rules))
    this.#dispatching.act((dispatcher, nowMs) => dispatcher.replaceRules(dispatch, nowMs))
    this.tell(this.#engine.replaceRules(rules, this.#time.nowMs()))
  }

  async retire(host: string, tags?: Readonly<Record<string, string>>): Promise<Retired> {
    const { transitions, wasKnown } = this.#engine.retire(host, tags, this.#time.nowMs())
    this.tell(transitions)
    await this.flush()
    return { ended: transitions.length, wasKnown }
  }

  historyNeeds(): HistoryNeed[] {
    return this.#engine.historyNeeds()
  }

  fillHistory(need: HistoryNeed, history: readonly PointHistory[]): number {
    return this.#engine.fillHistory(need, history, this.#time.nowMs())
  }

  flush(): Promise<void> {
    return this.#saver.flush()
  }

  status(): AlertingStatus {
    return {
      ...this.#saver.status(),
      rules: this.#engine.ruleCount,
      ruleInstances: this.#engine.instanceCount,
      unreadableRows: this.#unreadable,
    }
  }

  /** Hands transitions on: to who listens, and to the dispatcher. */
  tell(transitions: readonly Transition[]): void {
    if (transitions.length === 0) return
    for (const transition of transitions) this.#saver.add(transition)
    this.#dispatching.take(transitions)
    for (const transition of transitions)
      for (const listener of this.#listeners) listener(transition)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#ticking)
    await this.#saver[Symbol.asyncDispose]()
  }

  #tick(): void {
    const atMs = this.#time.nowMs()
    this.tell(this.#engine.tick(atMs))
    for (const alert of this.#engine.takePast(atMs)) this.#recordPast(alert)
    this.#dispatching.tick()
  }

  #openDispatching(): Dispatching {
    const { dispatch: rules, notifier, nowMs = Date.now } = this.#options
    return new Dispatching({
      rules,
      time: this.#time,
      nowMs,
      saver: () => this.#saver,
      context: {
        externalUrl: () => this.externalUrl,
        languageOf: (channel) => languageIn(notifier.channels, channel),
        quoteOf: (host, quote) => this.#documents.quote(host, quote),
        dutyOf: this.#options.dutyOf ?? (() => []),
        escalationOf: this.#options.escalationOf ?? (() => []),
      },
    })
  }

  #recordPast(alert: Alert): void {
    const { ruleId: rule, key, severity, startsAtMs, endsAtMs } = alert
    this.#saver.addPast(alert)
    this.#options.log.info(
      {
        rule,
        key,
        severity,
        from: new Date(startsAtMs).toISOString(),
        to: endsAtMs === undefined ? undefined : new Date(endsAtMs).toISOString(),
      },
      'late samples show an alert of the past; nobody was told',
    )
  }

  #evaluate(batch: AcceptedBatch, atMs: number): void {
    for (const document of batch.batch.documents) this.#documents.keep(document)
    if (!batch.late) for (const block of batch.batch.blocks) this.#samples.accept(block)
    this.tell(this.#engine.accept(batch, atMs, this.#time.nowMs()))
  }
}

function quotesOf(rules: RuleSet): string[] {
  return rulesOf(rules).flatMap(({ quote }) => (quote === undefined ? [] : [quote]))
}
