import type { Alert } from '../../rules/alert.ts'
import type { AlertBook } from './alert-book.ts'
import { formatGroupKey } from './lane.ts'
import type { News } from './news.ts'
import type { Route } from './route.ts'
import type { Teller } from './teller.ts'
import { isToldFiring, type TrackedAlert } from './tracked-alert.ts'

/** One notice per project about what was already wrong when it was first watched. */
export class Digests {
  /** How long is gathered what was already wrong; 0: nothing is. */
  gatherMs: number
  /** By project, '' for none: when its digest is told. */
  readonly #dueAtMs = new Map<string, number>()

  constructor(gatherMs: number) {
    this.gatherMs = gatherMs
  }

  get open(): ReadonlyMap<string, number> {
    return this.#dueAtMs
  }

  /** Takes up what an earlier process knew. */
  restore(project: string, dueAtMs: number): void {
    this.#dueAtMs.set(project, dueAtMs)
  }

  /** An alert began to fire: it opens its project's digest, if it is one of those. Whether one was opened. */
  openFor({ alert }: TrackedAlert, nowMs: number): boolean {
    const project = projectOf(alert)
    if (!alert.sinceFirstWatched || this.gatherMs === 0 || this.#dueAtMs.has(project)) return false
    this.#dueAtMs.set(project, nowMs + this.gatherMs)
    return true
  }

  /** Whether it waits for its project's digest. */
  holds({ alert, told }: TrackedAlert): boolean {
    if (!alert.sinceFirstWatched || !this.#dueAtMs.has(projectOf(alert))) return false
    return ![...told.values()].some(isToldFiring)
  }

  /** Tells the digests that are due; their projects. */
  tell(book: AlertBook, teller: Teller, nowMs: number): string[] {
    const due = [...this.#dueAtMs].filter(([, atMs]) => atMs <= nowMs).map(([project]) => project)
    for (const project of due) {
      this.#dueAtMs.delete(project)
      tellProject(project, book, teller, nowMs)
    }
    return due
  }
}

function tellProject(project: string, book: AlertBook, teller: Teller, nowMs: number): void {
  const byRoute = new Map<Route, News[]>()
  for (const tracked of book.alerts.values()) {
    if (tracked.hold?.kind !== 'digest' || projectOf(tracked.alert) !== project) continue
    tracked.hold = undefined
    book.touchAlert(tracked)
    const { alert, reason } = tracked
    const routes = teller.routesOf(tracked, nowMs)
    if (routes.length === 0) teller.decide(tracked, 'noRoute', nowMs)
    for (const route of routes) pushTo(byRoute, route, { tracked, alert, reason })
  }
  for (const [route, news] of byRoute) {
    const groupLabels: Record<string, string> = project === '' ? {} : { project }
    const groupKey = formatGroupKey(route.key, groupLabels)
    teller.tell({ occasion: 'digest', route, groupKey, groupLabels, news }, nowMs)
  }
}

function projectOf({ labels }: Alert): string {
  return labels['project'] ?? ''
}

function pushTo(byRoute: Map<Route, News[]>, route: Route, news: News): void {
  const known = byRoute.get(route)
  if (known === undefined) byRoute.set(route, [news])
  else known.push(news)
}
