import type { Alert, Transition } from '../../../rules/alert.ts'
import { labelFingerprint } from '../../../rules/alerts/fingerprint.ts'
import { alertId, alertKey } from '../../../rules/alerts/live-alert.ts'
import type { Severity } from '../../../rules/severity.ts'
import type { Notice } from '../../notice.ts'
import { FIRED_AT_MS, anAlert } from '../../testing/a-transition.ts'
import type { Decision } from '../decision.ts'
import type { DispatchRow } from '../dispatch-rows.ts'
import { Dispatcher, type DispatchContext, type DispatchRules } from '../dispatcher.ts'
import { compileMatcher } from '../alert-matcher.ts'
import type { Route } from '../route.ts'

const START_MS = FIRED_AT_MS

const MINUTE_MS = 60_000

/** A root route over one channel, with the default timers. */
export function aRoute(more: Partial<Route> = {}): Route {
  return {
    key: '{}',
    matcher: compileMatcher({}),
    during: undefined,
    continues: false,
    routes: [],
    channels: ['duty'],
    groupBy: ['project', 'host'],
    groupWaitMs: 30_000,
    groupIntervalMs: 5 * MINUTE_MS,
    repeatMs: { critical: 240 * MINUTE_MS, warning: 1440 * MINUTE_MS, info: undefined },
    escalation: [],
    tellClaims: true,
    ...more,
  }
}

export function rulesOf(more: Partial<DispatchRules> = {}): DispatchRules {
  return {
    root: aRoute(),
    repeatOf: () => undefined,
    labels: new Set(['alertname', 'host', 'project', 'severity', 'path']),
    ruleIds: new Set(),
    timeZone: 'Asia/Shanghai',
    digestMs: 15 * MINUTE_MS,
    dependencies: [],
    windows: [],
    duringBackup: new Set(),
    ...more,
  }
}

/** What names an alert in a test: `rule@host`, with tags after a question mark: `disk@db1?path=/u01`. */
export interface AlertOptions {
  readonly severity?: Severity
  readonly project?: string
  readonly sinceFirstWatched?: boolean
}

/** A dispatcher over virtual time, saved after every step as the collector saves it; a kill forgets what was not. */
export class Simulator {
  nowMs = START_MS
  dispatcher: Dispatcher
  readonly notices: Notice[] = []
  readonly decisions: Decision[] = []
  #rules: DispatchRules
  #rows = new Map<string, DispatchRow>()
  readonly #firing = new Map<string, Alert>()
  #savedFiring: readonly Alert[] = []

  constructor(rules: Partial<DispatchRules> = {}) {
    this.#rules = rulesOf(rules)
    this.dispatcher = this.#open()
  }

  /** Minutes since the beginning. */
  get minutes(): number {
    return (this.nowMs - START_MS) / MINUTE_MS
  }

  fire(name: string, options: AlertOptions = {}): Alert {
    const before = this.#firing.get(name)
    const alert = this.#alert(name, options, before)
    const kind = before === undefined ? 'firing' : 'severity'
    const ended = before === undefined ? undefined : { ...before, endsAtMs: this.nowMs }
    this.#firing.set(name, alert)
    this.take([{ kind, atMs: this.nowMs, reason: 'condition', alert, before: ended }])
    return alert
  }

  resolve(name: string): void {
    const alert = this.#firing.get(name)
    if (alert === undefined) throw new Error(`${name} does not fire`)
    this.#firing.delete(name)
    const ended = { ...alert, endsAtMs: this.nowMs }
    const transition = { kind: 'resolved', atMs: this.nowMs, reason: 'condition' } as const
    this.take([{ ...transition, alert: ended, before: undefined }])
  }

  fires(name: string): boolean {
    return this.#firing.has(name)
  }

  /** The next transition is taken, and the process killed before that is saved: another one has it from the journal again. */
  killsBeforeSave = false
  /** An alert as it stands now; undefined: as it was told. */
  presentOf: DispatchContext['presentOf'] = () => undefined
  /** Ids of the alerts that one tells of. */
  aboutOf: DispatchContext['aboutOf'] = () => []

  take(transitions: readonly Transition[]): void {
    if (this.killsBeforeSave) {
      this.killsBeforeSave = false
      this.dispatcher.take(transitions, this.nowMs)
      this.#startAnew(this.#savedFiring)
    }
    this.dispatcher.take(transitions, this.nowMs)
    this.save()
  }

  /** Lets time pass, with a tick a second. */
  pass(seconds: number): void {
    const untilMs = this.nowMs + seconds * 1000
    while (this.nowMs < untilMs) {
      this.nowMs = Math.min(this.nowMs + 1000, untilMs)
      this.dispatcher.tick(this.nowMs)
      this.save()
    }
  }

  /** One transaction: notices and rows. */
  save(): void {
    const { notices, decisions } = this.dispatcher.drain()
    this.notices.push(...notices)
    this.decisions.push(...decisions)
    const { put, remove } = this.dispatcher.takeChanges()
    for (const { kind, key } of remove) this.#rows.delete(`${kind} ${key}`)
    for (const row of put) this.#rows.set(`${row.kind} ${row.key}`, row)
    this.#savedFiring = [...this.#firing.values()]
  }

  /** Somebody does something; it is saved. */
  act<T>(does: (dispatcher: Dispatcher) => T): T {
    const result = does(this.dispatcher)
    this.save()
    return result
  }

  get rowCount(): number {
    return this.#rows.size
  }

  /** What is saved of a kind. */
  rowsOf(kind: string): readonly DispatchRow[] {
    return [...this.#rows.values()].filter((row) => row.kind === kind)
  }

  /** Ends the process and starts another after some seconds; a number below 0: the clock was set back meanwhile. */
  restart(downSeconds = 0): void {
    this.nowMs += downSeconds * 1000
    this.#startAnew([...this.#firing.values()])
    this.save()
  }

  #startAnew(firing: readonly Alert[]): void {
    this.dispatcher = this.#open()
    const { unreadable } = this.dispatcher.restore([...this.#rows.values()], this.nowMs)
    if (unreadable > 0) throw new Error(`${unreadable} rows can't be read`)
    this.dispatcher.reconcile(firing, this.nowMs)
  }

  replaceRules(rules: Partial<DispatchRules>): void {
    this.#rules = rulesOf(rules)
    this.dispatcher.replaceRules(this.#rules, this.nowMs)
    this.save()
  }

  /** What was said since the last call: `minute occasion channel: names`, ended ones with a minus sign. */
  said(): string[] {
    return this.notices.splice(0).map((notice) => {
      const at = Math.round(((notice.atMs - START_MS) / MINUTE_MS) * 100) / 100
      const names = notice.alerts.map(
        ({ alert }) => `${alert.endsAtMs === undefined ? '' : '-'}${nameOf(alert)}`,
      )
      const more = notice.truncated === 0 ? '' : ` and ${notice.truncated} more`
      const level = notice.escalation === 0 ? '' : ` ${notice.escalation}`
      return `${at} ${notice.occasion}${level} ${notice.channel}: ${names.join(' ')}${more}`
    })
  }

  /** Codes of an alert's decisions. */
  decisionsOf(name: string): string[] {
    const { ruleId, key } = toSubject(name)
    return this.decisions
      .filter((decision) => decision.ruleId === ruleId && decision.key === key)
      .map(({ code }) => code)
  }

  idOf(name: string): string {
    return alertId(toSubject(name))
  }

  #open(): Dispatcher {
    return new Dispatcher(this.#rules, {
      externalUrl: () => 'http://monitor:8470',
      languageOf: () => 'zh-CN',
      quoteOf: () => undefined,
      projectOf: () => undefined,
      displayNameOf: () => undefined,
      presentOf: (alert) => this.presentOf(alert),
      aboutOf: (alert) => this.aboutOf(alert),
      escalationOf: (project, level) =>
        project === '' ? [] : [{ name: `level ${level} of ${project}` }],
      dutyOf: (project) => (project === '' ? [] : [{ name: `duty of ${project}` }]),
    })
  }

  #alert(name: string, options: AlertOptions, before: Alert | undefined): Alert {
    const { ruleId, key, host, tags } = toSubject(name)
    const { severity = 'warning', project = 'his', sinceFirstWatched } = options
    const labels = { alertname: ruleId, host, project, severity, ...tags }
    return {
      ...anAlert({ severity, labels }),
      ruleId,
      key,
      host,
      measurement: ruleId.split('_')[0] ?? '',
      tags,
      fingerprint: labelFingerprint(labels),
      startsAtMs: before?.startsAtMs ?? this.nowMs,
      severitySinceMs: this.nowMs,
      ...(sinceFirstWatched === undefined ? {} : { sinceFirstWatched }),
    }
  }
}

function toSubject(name: string) {
  const [who = '', query = ''] = name.split('?')
  const [ruleId = '', host = ''] = who.split('@')
  const tags = Object.fromEntries(new URLSearchParams(query))
  return { ruleId, host, tags, key: alertKey(host, tags) }
}

function nameOf({ ruleId, host, tags, severity }: Alert): string {
  const query = new URLSearchParams(tags).toString()
  const mark = severity === 'critical' ? '!' : ''
  return `${mark}${ruleId}@${host}${query === '' ? '' : `?${decodeURIComponent(query)}`}`
}
