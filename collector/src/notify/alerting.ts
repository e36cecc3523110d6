import type { Position } from '@wardround/journal'
import type { Logger } from '@wardround/program'
import type { AcceptedBatch } from '../accepted-batch.ts'
import type { Alert, Transition } from '../rules/alert.ts'
import type { SubjectLabels } from '../rules/alerts/alert-labels.ts'
import type { RuleSet } from '../rules/compiled-rule.ts'
import type { ContractOf } from '../rules/contract-basis.ts'
import { RuleEngine } from '../rules/engine.ts'
import type { Finding } from '../rules/finding.ts'
import type { SeriesDirectory } from '../rules/points/series-directory.ts'
import type { SaverStatus } from './alert-saver.ts'
import type { DispatchRules } from './dispatch/dispatcher.ts'
import type { Dispatching } from './dispatching.ts'
import type { EngineFeed } from './engine-feed.ts'
import { MonotonicTime } from './monotonic-time.ts'
import type { Contact, NoticeProject } from './notice.ts'
import type { Notifier } from './delivery/notifier.ts'
import type { AlertStateStore } from './alert-state/alert-state-store.ts'
import { RunningAlerting } from './running-alerting.ts'

export interface AlertingOptions {
  readonly rules: RuleSet
  /** Who is told of what, and when. */
  readonly dispatch: DispatchRules
  readonly directory: SeriesDirectory
  /** `project` and `role` of a host or device. */
  readonly subjectLabels: SubjectLabels
  /** Number of the contract that a host's or device's alerts quote; all of them where it is not said. */
  readonly contractOf?: ContractOf
  readonly state: AlertStateStore
  readonly notifier: Notifier
  /** Links in messages begin with it. */
  readonly externalUrl: string
  /** Who is on duty for a project; nobody where it is not said. */
  readonly dutyOf?: (project: string, atMs: number) => readonly Contact[]
  /** Whom a project's chain names at a level of an escalation; nobody where it is not said. */
  readonly escalationOf?: (project: string, level: number) => readonly Contact[]
  /** What notices show of a project; undefined: nothing is known of it. */
  readonly projectOf?: (project: string, atMs: number) => NoticeProject | undefined
  /** What people call a host or device; undefined: as it is called itself. */
  readonly displayNameOf?: (host: string) => string | undefined
  /** Ids of the alerts that an alert tells of: it is held with them. None: it stands for itself. */
  readonly aboutOf?: (alert: Alert) => readonly string[]
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

export interface AlertingStatus extends SaverStatus {
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
  /** What the rules hear beside batches, and what they ask of the past. */
  readonly engine: EngineFeed
  /** All that is found now against project files. */
  acceptFindings(
    findings: readonly Finding[],
    projects: readonly string[],
    undecided: readonly Finding[],
  ): void
  /** Whether a rule is about findings, or about the platform itself: its alerts are no incidents. */
  isOwnRule(id: string): boolean
  /** The clock of rules, alerts and notices, epoch ms: nobody who sets the wall clock moves it. What is compared with alerts' times reads this one. */
  nowMs(): number
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
