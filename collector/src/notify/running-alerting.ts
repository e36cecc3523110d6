import type { Position } from '@wardround/journal'
import type { AcceptedBatch } from '../accepted-batch.ts'
import type { Alert, Transition } from '../rules/alert.ts'
import { rulesOf, type RuleSet } from '../rules/compiled-rule.ts'
import type { RuleEngine } from '../rules/engine.ts'
import type { Finding } from '../rules/finding.ts'
import { AlertSaver } from './alert-saver.ts'
import type { Alerting, AlertingOptions, AlertingStatus, Retired } from './alerting.ts'
import type { DispatchRow } from './dispatch/dispatch-rows.ts'
import type { DispatchRules } from './dispatch/dispatcher.ts'
import { Dispatching, languageIn } from './dispatching.ts'
import { EngineFeed } from './engine-feed.ts'
import type { MonotonicTime } from './monotonic-time.ts'
import { QuotedDocuments } from './quoted-documents.ts'
import { SampleWatch } from './sample-watch.ts'

/** Rules, their state and notices, with a clock that ticks. */
export class RunningAlerting implements Alerting {
  readonly from: Position | undefined
  readonly engine: EngineFeed
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
    this.engine = new EngineFeed({ engine, time, tell: (transitions) => this.tell(transitions) })
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

  nowMs(): number {
    return this.#time.nowMs()
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
    const { dispatch: rules, notifier } = this.#options
    return new Dispatching({
      rules,
      time: this.#time,
      nowMs: () => notifier.nowMs(),
      saver: () => this.#saver,
      context: {
        externalUrl: () => this.externalUrl,
        languageOf: (channel) => languageIn(notifier.channels, channel),
        quoteOf: (host, quote) => this.#documents.quote(host, quote),
        dutyOf: this.#options.dutyOf ?? (() => []),
        escalationOf: this.#options.escalationOf ?? (() => []),
        projectOf: this.#options.projectOf ?? (() => undefined),
        displayNameOf: this.#options.displayNameOf ?? (() => undefined),
        presentOf: (alert) => this.#engine.find(alert),
        aboutOf: this.#options.aboutOf ?? (() => []),
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
