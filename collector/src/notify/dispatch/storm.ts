import type { AlertBook } from './alert-book.ts'
import { formatGroupKey, groupOf, type Group } from './lane.ts'
import type { Route } from './route.ts'
import { isFiring } from './tracked-alert.ts'

/**
 * What several groups of a route's window have to say first is one notice: its alerts are a group of their own from then on. That group, where it is to be
 * told; undefined: there is no storm, or it is among the groups.
 */
export function gatherStorm(
  book: AlertBook,
  route: Route,
  groups: readonly Group[],
): Group | undefined {
  const fresh = groups.map((group) => freshIn(book, route, group))
  if (fresh.filter((ids) => ids.length > 0).length < 2) return undefined
  const storm = groupOf(book.lane(route.key), formatGroupKey(route.key, {}), {})
  for (const [index, group] of groups.entries()) {
    if (group === storm) continue
    for (const id of fresh[index] ?? []) {
      const tracked = book.alerts.get(id)
      const mark = tracked === undefined ? undefined : book.unmark(tracked, group)
      if (tracked === undefined || mark === undefined) continue
      storm.waiting.add(id)
      book.mark(tracked, route.key, storm, mark)
    }
  }
  return groups.includes(storm) ? undefined : storm
}

/** Ids of what fires and the route's channels have not heard of. */
function freshIn(book: AlertBook, { key }: Route, group: Group): string[] {
  return [...group.waiting].filter((id) => {
    const tracked = book.alerts.get(id)
    return tracked !== undefined && isFiring(tracked) && !tracked.told.has(key)
  })
}
