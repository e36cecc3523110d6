import type { Notice } from '../notice.ts'
import type { AlertBook } from './alert-book.ts'
import type { Decision, DecisionCode } from './decision.ts'
import { addEnd, addFiring, formatGroupKey, takeDue, type Group } from './lane.ts'
import { newsOf, type News } from './news.ts'
import { writeNotices, type NoticeContext, type Telling } from './notice-writer.ts'
import { gatherStorm } from './storm.ts'
import { toTold } from './told-after.ts'
import { allRoutes, routesFor, type Route } from './route.ts'
import { isFiring, isToldFiring, type Mark, type TrackedAlert } from './tracked-alert.ts'

const NEWS: Mark = { always: false, endOnly: false }
const NEWS_ANYWAY: Mark = { always: true, endOnly: false }
const END_ONLY: Mark = { always: false, endOnly: true }

/** What was made since it was asked for last. */
export interface TellerOutput {
  readonly notices: readonly Notice[]
  readonly decisions: readonly Decision[]
}

/** Brings alerts to routes, gathers them there, and makes notices when their time has come. */
export class Teller {
  readonly #book: AlertBook
  readonly #context: NoticeContext
  #root: Route
  #routes: ReadonlyMap<string, Route>
  #notices: Notice[] = []
  #decisions: Decision[] = []

  constructor(book: AlertBook, root: Route, context: NoticeContext) {
    this.#book = book
    this.#context = context
    this.#root = root
    this.#routes = byKey(root)
  }

  set root(root: Route) {
    this.#root = root
    this.#routes = byKey(root)
  }

  route(key: string): Route | undefined {
    return this.#routes.get(key)
  }

  get routes(): Iterable<Route> {
    return this.#routes.values()
  }

  /** The routes that lead an alert to a channel now. */
  routesOf({ alert }: TrackedAlert, nowMs: number): readonly Route[] {
    return routesFor(this.#root, alert, nowMs).filter(({ channels }) => channels.length > 0)
  }

  /** What an alert is now is to be told, unless it fires and is held; `always`: even where nothing changed. */
  announce(tracked: TrackedAlert, nowMs: number, always = false): void {
    if (!isFiring(tracked)) {
      this.#announceEnd(tracked, nowMs)
      return
    }
    if (tracked.hold !== undefined) return
    const routes = this.routesOf(tracked, nowMs)
    if (routes.length === 0) this.decide(tracked, 'noRoute', nowMs)
    for (const route of routes) this.#wait(tracked, route, always ? NEWS_ANYWAY : NEWS, nowMs)
    this.#endElsewhere(tracked, routes, nowMs)
  }

  /** What held it is over: it is told with others of the same fate, if it still fires then. */
  catchUp(tracked: TrackedAlert, nowMs: number): void {
    const routes = this.routesOf(tracked, nowMs)
    if (routes.length === 0) this.decide(tracked, 'noRoute', nowMs)
    for (const { key } of routes) this.#book.lane(key).catchUp.add(tracked.id)
    tracked.catchesUp = true
    this.#book.touchAlert(tracked)
    this.#endElsewhere(tracked, routes, nowMs)
  }

  /** Tells what is due. */
  flush(nowMs: number): void {
    for (const lane of this.#book.lanes.values()) {
      const route = this.#routes.get(lane.routeKey)
      if (route === undefined) continue
      const { joined, alone } = takeDue(lane, nowMs)
      const storm = gatherStorm(this.#book, route, joined)
      if (storm !== undefined) this.#tellGroup(route, storm, nowMs)
      for (const group of [...joined, ...alone]) this.#tellGroup(route, group, nowMs)
      if (lane.catchUp.size > 0 && nowMs >= lane.lastCatchUpAtMs + route.groupWaitMs)
        this.#tellCatchUp(route, nowMs)
    }
  }

  /** Makes the notices of a telling, with what is so now, and remembers who was told what. */
  tell(asked: Telling, nowMs: number): void {
    const telling = { ...asked, news: asked.news.map((one) => this.#asItStands(one)) }
    const { news, occasion, route } = telling
    const notices = writeNotices(telling, nowMs, this.#context)
    this.#notices.push(...notices)
    const channels = notices.map(({ channel }) => channel)
    const seen = new Set<string>()
    for (const one of news) {
      if (seen.has(one.tracked.id)) continue
      seen.add(one.tracked.id)
      this.#book.setTold(one.tracked, route.key, toTold(one, telling, nowMs))
      this.decide(one.tracked, 'sent', nowMs, { route: route.key, channels, occasion })
    }
  }

  /** What fires is told with its newest numbers, not with those of its beginning; they are kept, for its end to quote. */
  #asItStands(news: News): News {
    const { tracked, alert } = news
    if (alert.endsAtMs !== undefined) return news
    const now = this.#context.presentOf(alert)
    if (now?.fingerprint !== alert.fingerprint || now.startsAtMs !== alert.startsAtMs) return news
    if (tracked.alert.fingerprint === now.fingerprint && isFiring(tracked)) tracked.alert = now
    return { ...news, alert: now }
  }

  /** A route's channels know of these already: what follows is told where their labels lead. */
  remember(route: Route, news: readonly News[], toldAtMs: number): void {
    for (const one of news) {
      const { key, labels } = this.#book.groupFor(one.tracked, route)
      const telling: Telling = { occasion: 'news', route, groupKey: key, groupLabels: labels, news }
      this.#book.setTold(one.tracked, route.key, toTold(one, telling, toldAtMs))
    }
  }

  decide(
    { alert }: Pick<TrackedAlert, 'alert'>,
    code: DecisionCode,
    atMs: number,
    more: Partial<Decision> = {},
  ): void {
    const { ruleId, key, fingerprint } = alert
    this.#decisions.push({
      ruleId,
      key,
      fingerprint,
      atMs,
      code,
      by: undefined,
      route: undefined,
      channels: undefined,
      occasion: undefined,
      untilMs: undefined,
      ...more,
    })
  }

  drain(): TellerOutput {
    const output = { notices: this.#notices, decisions: this.#decisions }
    this.#notices = []
    this.#decisions = []
    return output
  }

  #announceEnd(tracked: TrackedAlert, nowMs: number): void {
    for (const [routeKey, told] of tracked.told) {
      const route = this.#routes.get(routeKey)
      if (route !== undefined && isToldFiring(told)) this.#wait(tracked, route, NEWS, nowMs)
    }
    if (tracked.waits.size === 0)
      this.decide(tracked, 'endedUntold', nowMs, { by: tracked.hold?.kind })
  }

  /** Routes that lead to it no longer, its severity being another, hear of the end of what they were told. */
  #endElsewhere(tracked: TrackedAlert, routes: readonly Route[], nowMs: number): void {
    for (const [routeKey, told] of tracked.told) {
      const route = this.#routes.get(routeKey)
      if (route === undefined || routes.includes(route) || !isToldFiring(told)) continue
      if (told.alert.fingerprint !== tracked.alert.fingerprint)
        this.#wait(tracked, route, END_ONLY, nowMs)
    }
  }

  #wait(tracked: TrackedAlert, route: Route, mark: Mark, nowMs: number): void {
    const group = this.#book.groupFor(tracked, route)
    const lane = this.#book.lane(route.key)
    this.#book.mark(tracked, route.key, group, mark)
    const add = mark.endOnly || !isFiring(tracked) ? addEnd : addFiring
    add(lane, route, group, tracked.id, nowMs)
    const untilMs = group.joinsWindow ? lane.window?.endsAtMs : group.dueAtMs
    if (untilMs !== undefined && untilMs > nowMs)
      this.decide(tracked, 'gathered', nowMs, { route: route.key, untilMs })
  }

  #tellGroup(route: Route, group: Group, nowMs: number): void {
    const news: News[] = []
    for (const id of group.waiting) {
      const tracked = this.#book.alerts.get(id)
      const mark = tracked === undefined ? undefined : this.#book.unmark(tracked, group)
      if (tracked === undefined || mark === undefined) continue
      if (isFiring(tracked) && !mark.endOnly && tracked.hold !== undefined) continue
      const told = tracked.told.get(route.key)
      const found = newsOf(tracked, told, mark)
      if (found.length === 0) this.decide(tracked, 'unchanged', nowMs, { route: route.key })
      news.push(...found)
    }
    group.waiting.clear()
    if (news.length > 0) {
      const { key: groupKey, labels: groupLabels } = group
      group.lastAtMs = nowMs
      this.tell({ occasion: 'news', route, groupKey, groupLabels, news }, nowMs)
    }
    this.#book.tidyGroup(route.key, group)
  }

  #tellCatchUp(route: Route, nowMs: number): void {
    const lane = this.#book.lane(route.key)
    const news: News[] = []
    for (const id of lane.catchUp) {
      const tracked = this.#book.alerts.get(id)
      if (tracked === undefined) continue
      tracked.catchesUp = false
      this.#book.touchAlert(tracked)
      for (const key of tracked.waits.keys()) {
        const group = lane.groups.get(key)
        if (group !== undefined) this.#book.unmark(tracked, group)
      }
      if (isFiring(tracked) && tracked.hold === undefined)
        news.push(...newsOf(tracked, tracked.told.get(route.key), NEWS_ANYWAY))
    }
    lane.catchUp.clear()
    if (news.length === 0) return
    lane.lastCatchUpAtMs = nowMs
    this.#book.touchLane(route.key)
    const groupKey = formatGroupKey(route.key, {})
    this.tell({ occasion: 'catchUp', route, groupKey, groupLabels: {}, news }, nowMs)
  }
}

function byKey(root: Route): ReadonlyMap<string, Route> {
  return new Map(allRoutes(root).map((route) => [route.key, route]))
}
