import type { AlertBook } from './alert-book.ts'
import type { Group } from './lane.ts'
import type { News } from './news.ts'
import type { EscalationLevel, Route } from './route.ts'
import type { Teller } from './teller.ts'
import { isFiring, isToldFiring, type Told, type TrackedAlert } from './tracked-alert.ts'

/** What is due so soon is told with what is due now. */
const ALONG_MS = 600_000

/** How often a rule's alerts are repeated instead of the route's interval; undefined: as the route says, 0: never. */
export type RuleRepeats = (ruleId: string) => number | undefined

/** Tells again what still fires and nobody has claimed, and escalates what was not claimed, or did not end, in time. */
export class Reminders {
  readonly #book: AlertBook
  readonly #teller: Teller
  readonly #repeatOf: RuleRepeats

  constructor(book: AlertBook, teller: Teller, repeatOf: RuleRepeats) {
    this.#book = book
    this.#teller = teller
    this.#repeatOf = repeatOf
  }

  /** Tells what is due. */
  look(nowMs: number): void {
    for (const lane of this.#book.lanes.values()) {
      const route = this.#teller.route(lane.routeKey)
      if (route === undefined) continue
      for (const group of lane.groups.values()) {
        this.#escalate(route, group, nowMs)
        this.#repeat(route, group, nowMs)
      }
    }
    this.#handOver(nowMs)
  }

  #repeat(route: Route, group: Group, nowMs: number): void {
    if (route.during?.(nowMs) === false) return
    const due: TrackedAlert[] = []
    const soon: TrackedAlert[] = []
    for (const { tracked, told } of this.#toldIn(route, group)) {
      const everyMs = this.#everyMs(tracked, route)
      if (everyMs === undefined || told.inDigest || isHeld(tracked)) continue
      const waitsMs = told.lastAtMs + everyMs - nowMs
      if (waitsMs > 0) {
        if (waitsMs <= Math.min(ALONG_MS, everyMs / 4)) soon.push(tracked)
      } else if (tracked.claim === undefined) due.push(tracked)
      else this.#leaveClaimed(tracked, told, route, nowMs)
    }
    if (due.length === 0) return
    const along = soon.filter(({ claim }) => claim === undefined)
    this.#tell('repeat', route, group, [...due, ...along], nowMs)
  }

  #leaveClaimed(tracked: TrackedAlert, told: Told, { key }: Route, nowMs: number): void {
    this.#book.setTold(tracked, key, { ...told, lastAtMs: nowMs })
    this.#teller.decide(tracked, 'claimed', nowMs, { by: tracked.claim?.by, route: key })
  }

  #escalate(route: Route, group: Group, nowMs: number): void {
    for (const [index, settings] of route.escalation.entries()) {
      const due = [...this.#toldIn(route, group)].filter(
        ({ tracked, told }) =>
          told.level === index && !told.inDigest && isDue(settings, tracked, told, nowMs),
      )
      if (due.length === 0) continue
      const alerts = due.map(({ tracked }) => tracked)
      this.#tell('escalation', route, group, alerts, nowMs, { number: index + 1, settings })
    }
  }

  /** A route whose hours have come takes over what was told on one whose hours are over, when it would be told again. */
  #handOver(nowMs: number): void {
    if (![...this.#teller.routes].some(({ during }) => during !== undefined)) return
    for (const tracked of this.#book.alerts.values()) {
      if (!isFiring(tracked) || isHeld(tracked) || tracked.claim !== undefined) continue
      const lastMs = newestTold(tracked)
      if (lastMs === undefined) continue
      for (const route of this.#teller.routesOf(tracked, nowMs)) {
        const everyMs = this.#everyMs(tracked, route)
        if (isToldFiring(tracked.told.get(route.key)) || everyMs === undefined) continue
        if (lastMs + everyMs > nowMs) continue
        const group = this.#book.groupFor(tracked, route)
        this.#tell('repeat', route, group, [tracked], nowMs)
      }
    }
  }

  *#toldIn({ key }: Route, group: Group) {
    for (const id of group.members) {
      const tracked = this.#book.alerts.get(id)
      const told = tracked?.told.get(key)
      if (tracked === undefined || !isFiring(tracked) || !isToldFiring(told)) continue
      // Another severity waits to be told as news.
      if (told.alert.fingerprint === tracked.alert.fingerprint) yield { tracked, told }
    }
  }

  #everyMs({ alert }: TrackedAlert, { repeatMs }: Route): number | undefined {
    const ofRule = this.#repeatOf(alert.ruleId)
    if (ofRule === undefined) return repeatMs[alert.severity]
    return ofRule === 0 ? undefined : ofRule
  }

  #tell(
    occasion: 'repeat' | 'escalation',
    route: Route,
    { key: groupKey, labels: groupLabels }: Group,
    alerts: readonly TrackedAlert[],
    nowMs: number,
    level?: { readonly number: number; readonly settings: EscalationLevel },
  ): void {
    const news = alerts.map((tracked): News => ({
      tracked,
      alert: tracked.alert,
      reason: tracked.reason,
    }))
    this.#teller.tell({ occasion, route, groupKey, groupLabels, news, level }, nowMs)
  }
}

function isHeld({ hold, flappingUntilMs }: TrackedAlert): boolean {
  return hold !== undefined || flappingUntilMs !== undefined
}

function isDue(
  { afterMs, unless }: EscalationLevel,
  tracked: TrackedAlert,
  told: Told,
  nowMs: number,
): boolean {
  if (isHeld(tracked) || nowMs < told.firstAtMs + afterMs) return false
  return unless === 'resolved' || tracked.claim === undefined
}

function newestTold({ told }: TrackedAlert): number | undefined {
  const times = [...told.values()].filter(isToldFiring).map(({ lastAtMs }) => lastAtMs)
  return times.length === 0 ? undefined : Math.max(...times)
}
