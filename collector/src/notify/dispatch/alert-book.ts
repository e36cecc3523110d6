import { labelOf } from './alert-matcher.ts'
import { formatGroupKey, groupOf, newLane, type Group, type Lane } from './lane.ts'
import type { Route } from './route.ts'
import type { Mark, Told, TrackedAlert } from './tracked-alert.ts'

/** A thing that is kept over a restart. */
export interface Touched {
  readonly kind:
    | 'alert'
    | 'lane'
    | 'group'
    | 'silence'
    | 'digest'
    | 'freeze'
    | 'backup'
    | 'instance'
  /** Names it among those of its kind. */
  readonly key: string
  /** Of a group. */
  readonly routeKey?: string
}

/** Every alert that is known, where each waits, and who was told of it; knows what has changed since it was saved. */
export class AlertBook {
  readonly alerts = new Map<string, TrackedAlert>()
  readonly lanes = new Map<string, Lane>()
  readonly #touched = new Map<string, Touched>()

  lane(routeKey: string): Lane {
    const known = this.lanes.get(routeKey)
    if (known !== undefined) return known
    const lane = newLane(routeKey)
    this.lanes.set(routeKey, lane)
    return lane
  }

  /** The group in which an alert is told: the one in which it was told before, or that of its labels. */
  groupFor(tracked: TrackedAlert, route: Route): Group {
    const told = tracked.told.get(route.key)
    const lane = this.lane(route.key)
    if (told !== undefined) return groupOf(lane, told.groupKey, told.groupLabels)
    const labels: Record<string, string> = {}
    for (const name of route.groupBy.toSorted()) {
      const value = labelOf(tracked.alert, name)
      if (value !== '') labels[name] = value
    }
    return groupOf(lane, formatGroupKey(route.key, labels), labels)
  }

  /** It waits in a group. */
  mark(tracked: TrackedAlert, routeKey: string, group: Group, mark: Mark): void {
    const known = tracked.waits.get(group.key)
    tracked.waits.set(group.key, {
      always: mark.always || known?.always === true,
      endOnly: mark.endOnly,
    })
    this.touchAlert(tracked)
    this.touchLane(routeKey, group)
  }

  /** It no longer waits there; how it waited. */
  unmark(tracked: TrackedAlert, group: Group): Mark | undefined {
    const mark = tracked.waits.get(group.key)
    tracked.waits.delete(group.key)
    group.waiting.delete(tracked.id)
    if (mark !== undefined) this.touchAlert(tracked)
    return mark
  }

  /** A route's channels know of it now. */
  setTold(tracked: TrackedAlert, routeKey: string, told: Told): void {
    const before = tracked.told.get(routeKey)
    if (before !== undefined && before.groupKey !== told.groupKey)
      this.#leave(tracked, routeKey, before.groupKey)
    tracked.told.set(routeKey, told)
    const group = groupOf(this.lane(routeKey), told.groupKey, told.groupLabels)
    if (told.alert.endsAtMs === undefined) group.members.add(tracked.id)
    else group.members.delete(tracked.id)
    this.touchAlert(tracked)
  }

  forget(tracked: TrackedAlert): void {
    this.alerts.delete(tracked.id)
    for (const [routeKey, { groupKey }] of tracked.told) this.#leave(tracked, routeKey, groupKey)
    this.touchAlert(tracked)
  }

  #leave(tracked: TrackedAlert, routeKey: string, groupKey: string): void {
    const group = this.lanes.get(routeKey)?.groups.get(groupKey)
    if (group === undefined) return
    group.members.delete(tracked.id)
    this.tidyGroup(routeKey, group)
  }

  /** A group without alerts that wait or fire is over: the next one of its labels is a new one. */
  tidyGroup(routeKey: string, group: Group): void {
    if (group.waiting.size === 0 && group.members.size === 0)
      this.lane(routeKey).groups.delete(group.key)
    this.touchLane(routeKey, group)
  }

  touchAlert({ id }: Pick<TrackedAlert, 'id'>): void {
    this.touch({ kind: 'alert', key: id })
  }

  touchLane(routeKey: string, group?: Group): void {
    this.touch({ kind: 'lane', key: routeKey })
    if (group !== undefined) this.touch({ kind: 'group', key: group.key, routeKey })
  }

  touch(touched: Touched): void {
    this.#touched.set(`${touched.kind} ${touched.key}`, touched)
  }

  takeTouched(): readonly Touched[] {
    const touched = [...this.#touched.values()]
    this.#touched.clear()
    return touched
  }
}
