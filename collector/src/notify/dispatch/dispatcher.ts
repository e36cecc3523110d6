import type { Alert, Transition } from '../../rules/alert.ts'
import { alertId } from '../../rules/alerts/live-alert.ts'
import { AlertBook, type Touched } from './alert-book.ts'
import { Claims, type AskedClaim, type ClaimOutcome } from './claims.ts'
import { Digests } from './digests.ts'
import {
  toChanges,
  type DispatchChanges,
  type DispatchRow,
  type KeptState,
} from './dispatch-rows.ts'
import { Flapping } from './flapping.ts'
import { HeldAlerts } from './held-alerts.ts'
import { Holds, type HoldRules } from './holds.ts'
import { forgetOld } from './kept-alerts.ts'
import type { NoticeContext } from './notice-writer.ts'
import { Reminders, type RuleRepeats } from './reminders.ts'
import { reroute } from './reroute.ts'
import type { Route } from './route.ts'
import { restoreRows } from './restore-rows.ts'
import { Teller, type TellerOutput } from './teller.ts'
import { isFiring, newTracked, type TrackedAlert } from './tracked-alert.ts'

/** Who is told of what, and when: from the configuration. */
export interface DispatchRules extends HoldRules {
  readonly root: Route
  readonly repeatOf: RuleRepeats
  /** Labels that alerts may have. */
  readonly labels: ReadonlySet<string>
  /** Ids of all rules that a site may have in force: the names of alerts. */
  readonly ruleIds: ReadonlySet<string>
  /** IANA name of the zone whose clocks notices and the page tell times by. */
  readonly timeZone: string
  /** How long is gathered what was already wrong when it was first watched; 0: it is told as any other. */
  readonly digestMs: number
}

/** What notices say that the dispatcher does not know. */
export interface DispatchContext extends Omit<NoticeContext, 'mutes' | 'timeZone'> {
  /** Ids of the alerts that one tells of: it is held while all of them that fire are. */
  aboutOf(alert: Alert): readonly string[]
}

const REMINDERS_EVERY_MS = 10_000

/**
 * From alert to notice. Pure: it reads no clock and does no I/O; every call says what time it is (it never goes back), and what there is to say is
 * taken by drain(). Its state is rows, to be saved in one transaction with the rules' state and the notices: takeChanges().
 */
export class Dispatcher {
  readonly #state: KeptState
  readonly #held: HeldAlerts
  readonly #teller: Teller
  readonly #claims: Claims
  readonly #flapping: Flapping
  #reminders: Reminders
  #remindedAtMs = -Infinity
  #taken: readonly Touched[] = []
  #rules: DispatchRules

  constructor(rules: DispatchRules, context: DispatchContext) {
    const book = new AlertBook()
    this.#state = { book, holds: new Holds(rules), digests: new Digests(rules.digestMs) }
    this.#teller = new Teller(book, rules.root, {
      ...context,
      mutes: (id) => this.#held.mutes(id),
      timeZone: () => this.#rules.timeZone,
    })
    this.#held = new HeldAlerts(this.#state, this.#teller, context)
    this.#claims = new Claims(book, this.#teller)
    this.#flapping = new Flapping(book, this.#teller)
    this.#reminders = new Reminders(book, this.#teller, rules.repeatOf)
    this.#rules = rules
  }

  /** Labels that alerts may have. */
  get labels(): ReadonlySet<string> {
    return this.#rules.labels
  }

  /** Ids of all rules that a site may have in force. */
  get ruleIds(): ReadonlySet<string> {
    return this.#rules.ruleIds
  }

  /** IANA name of the zone whose clocks people are told times by. */
  get timeZone(): string {
    return this.#rules.timeZone
  }

  /** Takes in what became of alerts. */
  take(transitions: readonly Transition[], nowMs: number): void {
    if (transitions.length === 0) return
    this.#teller.flush(nowMs)
    for (const transition of transitions) this.#takeOne(transition, nowMs)
    this.#teller.flush(nowMs)
  }

  /** Time has passed. To be called every second or so. */
  tick(nowMs: number): void {
    this.#held.look(nowMs)
    for (const project of this.#state.digests.tell(this.#state.book, this.#teller, nowMs))
      this.#state.book.touch({ kind: 'digest', key: project })
    if (nowMs >= this.#remindedAtMs + REMINDERS_EVERY_MS) {
      this.#remindedAtMs = nowMs
      this.#flapping.settle(nowMs)
      this.#reminders.look(nowMs)
      forgetOld(this.#state.book, nowMs)
    }
    this.#teller.flush(nowMs)
  }

  /** What there is to say since the last call. */
  drain(): TellerOutput {
    return this.#teller.drain()
  }

  /** Somebody takes on the alert of a fingerprint. */
  claim(fingerprint: string, asked: AskedClaim, nowMs: number): ClaimOutcome {
    return this.#claims.take(this.find(fingerprint), asked, nowMs)
  }

  /** Nobody has it any more: repeats and escalation go on. Whether somebody had. */
  unclaim(fingerprint: string, nowMs: number): boolean {
    return this.#claims.giveUp(this.find(fingerprint), nowMs)
  }

  /** The alert of a fingerprint, the newest or one under which it was told. */
  find(fingerprint: string): TrackedAlert | undefined {
    const { alerts } = this.#state.book
    for (const tracked of alerts.values())
      if (tracked.alert.fingerprint === fingerprint) return tracked
    for (const tracked of alerts.values())
      for (const { alert } of tracked.told.values())
        if (alert.fingerprint === fingerprint) return tracked
    return undefined
  }

  /** What is known of an alert. */
  get(alert: Pick<Alert, 'ruleId' | 'key'>): TrackedAlert | undefined {
    return this.#state.book.alerts.get(alertId(alert))
  }

  /** Of the alert of an id; undefined: it is not known. */
  fingerprintOf(id: string): string | undefined {
    return this.#state.book.alerts.get(id)?.alert.fingerprint
  }

  /** Silences, the backups that run, and why incidents are frozen; see HeldAlerts. */
  get held(): HeldAlerts {
    return this.#held
  }

  /** Puts other routes, dependencies and windows in force. What fires is not told again for that. */
  replaceRules(rules: DispatchRules, nowMs: number): void {
    const { book, digests } = this.#state
    digests.gatherMs = rules.digestMs
    this.#teller.root = rules.root
    this.#rules = rules
    this.#reminders = new Reminders(book, this.#teller, rules.repeatOf)
    this.#held.replaceRules(rules)
    this.#held.look(nowMs)
    reroute(book, this.#teller, nowMs)
    this.#teller.flush(nowMs)
  }

  /** Takes up the state of an earlier process; how many rows could not be read. */
  restore(rows: readonly DispatchRow[], nowMs: number): { readonly unreadable: number } {
    const restored = restoreRows(rows, this.#state, nowMs)
    this.#held.restored()
    reroute(this.#state.book, this.#teller, nowMs)
    return restored
  }

  /**
   * Makes what is known fit the alerts that the rules say fire, after a restart: one that was told and is gone has ended; one that is not known was told
   * by an earlier version, and is taken over untold.
   */
  reconcile(firing: readonly Alert[], nowMs: number): void {
    const ids = new Set(firing.map(alertId))
    const gone = [...this.#state.book.alerts.values()].filter(
      (tracked) => isFiring(tracked) && !ids.has(tracked.id),
    )
    this.take(
      gone.map(({ alert }) => toEnd(alert, nowMs)),
      nowMs,
    )
    for (const alert of firing) if (this.get(alert) === undefined) this.#takeOver(alert, nowMs)
  }

  /** Rows that have changed since the last call. */
  takeChanges(): DispatchChanges {
    this.#taken = this.#state.book.takeTouched()
    return toChanges(this.#taken, this.#state)
  }

  /** What was taken last could not be written: it is given again. */
  returnChanges(): void {
    for (const touched of this.#taken) this.#state.book.touch(touched)
  }

  #takeOne({ alert, kind, reason, before }: Transition, nowMs: number): void {
    const { book, digests } = this.#state
    const id = alertId(alert)
    const tracked = book.alerts.get(id) ?? newTracked(id, alert, reason, nowMs)
    book.alerts.set(id, tracked)
    // what it said while it fired: with the numbers of its end it would say that nothing is wrong, in words of what is
    const isEnd = kind === 'resolved' && isFiring(tracked)
    tracked.alert = isEnd ? { ...alert, summary: tracked.alert.summary } : alert
    tracked.reason = reason
    tracked.changedAtMs = nowMs
    book.touchAlert(tracked)
    if (kind === 'resolved') tracked.claim = undefined
    else if (digests.openFor(tracked, nowMs))
      book.touch({ kind: 'digest', key: alert.labels['project'] ?? '' })
    this.#held.update(tracked, nowMs)
    this.#flapping.announce(tracked, { kind, alert, before }, nowMs)
    if (kind === 'resolved') this.#held.release(tracked)
  }

  #takeOver(alert: Alert, nowMs: number): void {
    const { book } = this.#state
    const tracked = newTracked(alertId(alert), alert, 'condition', nowMs)
    book.alerts.set(tracked.id, tracked)
    this.#held.update(tracked, nowMs)
    const news = [{ tracked, alert, reason: tracked.reason }]
    for (const route of this.#teller.routesOf(tracked, nowMs))
      this.#teller.remember(route, news, nowMs)
    book.touchAlert(tracked)
  }
}

function toEnd(alert: Alert, atMs: number): Transition {
  const ended = { ...alert, endsAtMs: Math.max(atMs, alert.severitySinceMs) }
  return { kind: 'resolved', atMs, reason: 'rule', alert: ended, before: undefined }
}
