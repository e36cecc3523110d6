import type { AlertBook } from './alert-book.ts'
import type { Teller } from './teller.ts'
import { isFiring, isToldFiring, type TrackedAlert } from './tracked-alert.ts'

/**
 * Makes groups and timers fit the routes in force. What was told goes on under the routes that lead to it now, untold; what waits for a route that is gone
 * is brought to the new ones.
 */
export function reroute(book: AlertBook, teller: Teller, nowMs: number): void {
  const gone = [...book.lanes.values()].filter(({ routeKey }) => !teller.route(routeKey))
  for (const tracked of book.alerts.values()) {
    const waited = gone.flatMap((lane) =>
      [...tracked.waits.keys()].filter((key) => lane.groups.has(key)),
    )
    for (const key of waited) tracked.waits.delete(key)
    const wasCatchingUp = tracked.catchesUp
    keepTold(tracked, teller, nowMs)
    if (waited.length > 0) teller.announce(tracked, nowMs)
    if (wasCatchingUp && isFiring(tracked)) teller.catchUp(tracked, nowMs)
    if (waited.length > 0) book.touchAlert(tracked)
  }
  for (const lane of gone) {
    book.lanes.delete(lane.routeKey)
    book.touchLane(lane.routeKey)
    for (const group of lane.groups.values()) book.touchLane(lane.routeKey, group)
  }
}

function keepTold(tracked: TrackedAlert, teller: Teller, nowMs: number): void {
  const known = [...tracked.told].filter(([, told]) => isToldFiring(told))
  const lost = [...tracked.told.keys()].filter((key) => teller.route(key) === undefined)
  if (lost.length === 0) return
  for (const key of lost) tracked.told.delete(key)
  const [, told] = known[0] ?? []
  if (told === undefined) return
  const news = [{ tracked, alert: told.alert, reason: tracked.reason }]
  for (const route of teller.routesOf(tracked, nowMs))
    if (!tracked.told.has(route.key)) teller.remember(route, news, told.lastAtMs)
}
