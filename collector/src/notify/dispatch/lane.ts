import type { Route } from './route.ts'

type Labels = Readonly<Record<string, string>>

/** Alerts of one route that are told together. */
export interface Group {
  /** The route's key and the group's labels, as Alertmanager writes it. */
  readonly key: string
  readonly labels: Labels
  /** Ids of alerts that wait. */
  readonly waiting: Set<string>
  /** Ids of alerts that were told to fire. */
  readonly members: Set<string>
  /** When what waits is told; undefined: nothing waits, or it goes with the route's window. */
  dueAtMs: number | undefined
  /** What waits goes when the route's window ends. */
  joinsWindow: boolean
  /** When its last notice was made. */
  lastAtMs: number
}

/** After a notice at once, all that follows on the route is gathered until the window ends. */
export interface Window {
  readonly openedAtMs: number
  endsAtMs: number
  arrivals: number
  lastArrivalAtMs: number
}

/** Groups and timers of one route. */
export interface Lane {
  readonly routeKey: string
  readonly groups: Map<string, Group>
  window: Window | undefined
  /** Ids of alerts that are told since what held them is over. */
  readonly catchUp: Set<string>
  lastCatchUpAtMs: number
  /** takeDue has nothing before. */
  nextAtMs: number
}

/** So many within a window are a storm: the window goes on while they come. */
const STORM_ARRIVALS = 50
/** Nothing for so long: the storm is over. */
const STORM_QUIET_MS = 5_000
/** A storm is gathered so long at most. */
const STORM_MAX_MS = 90_000
/** An end waits so many times the route's groupWait at most. */
const END_WAITS = 3

export function newLane(routeKey: string): Lane {
  return {
    routeKey,
    groups: new Map(),
    window: undefined,
    catchUp: new Set(),
    lastCatchUpAtMs: -Infinity,
    nextAtMs: Infinity,
  }
}

export function groupOf(lane: Lane, key: string, labels: Labels): Group {
  const known = lane.groups.get(key)
  if (known !== undefined) return known
  const group: Group = {
    key,
    labels,
    waiting: new Set(),
    members: new Set(),
    dueAtMs: undefined,
    joinsWindow: false,
    lastAtMs: -Infinity,
  }
  lane.groups.set(key, group)
  return group
}

/** `route:{host="db1", project="his"}`, as Alertmanager writes it. */
export function formatGroupKey(routeKey: string, labels: Labels): string {
  const pairs = Object.keys(labels)
    .sort()
    .map((name) => `${name}=${JSON.stringify(labels[name])}`)
  return `${routeKey}:{${pairs.join(', ')}}`
}

/** Puts an alert's firing in a group, once takeDue had its say: at once where the group is quiet and the route's window closed, else with what is gathered. */
export function addFiring(lane: Lane, route: Route, group: Group, id: string, nowMs: number): void {
  group.waiting.add(id)
  const { window } = lane
  if (window !== undefined && window.endsAtMs > nowMs) {
    window.arrivals++
    window.lastArrivalAtMs = nowMs
    if (group.dueAtMs !== nowMs) group.joinsWindow = true
    return
  }
  if (group.joinsWindow) return
  const nextAtMs = group.lastAtMs + route.groupIntervalMs
  const isQuiet = nextAtMs <= nowMs
  hasten(lane, group, isQuiet ? nowMs : nextAtMs)
  if (isQuiet && route.groupWaitMs > 0) {
    const endsAtMs = nowMs + route.groupWaitMs
    lane.window = { openedAtMs: nowMs, endsAtMs, arrivals: 0, lastArrivalAtMs: nowMs }
    lane.nextAtMs = Math.min(lane.nextAtMs, endsAtMs)
  }
}

/** Puts an alert's end in a group. It is gathered, but not for as long as news of a group that has just been told: an end is waited for. */
export function addEnd(lane: Lane, route: Route, group: Group, id: string, nowMs: number): void {
  group.waiting.add(id)
  const nextAtMs = group.lastAtMs + route.groupIntervalMs
  const atMs =
    nextAtMs <= nowMs
      ? nowMs + route.groupWaitMs
      : Math.min(nextAtMs, nowMs + END_WAITS * route.groupWaitMs)
  hasten(lane, group, atMs)
}

/** What is due on a lane. */
export interface DueGroups {
  /** Those of the route's window, which are one notice. */
  readonly joined: readonly Group[]
  readonly alone: readonly Group[]
}

const NOTHING: DueGroups = { joined: [], alone: [] }

/** The groups whose time has come, with what waits in them. */
export function takeDue(lane: Lane, nowMs: number): DueGroups {
  if (nowMs < lane.nextAtMs) return NOTHING
  const windowIsOver = closeWindow(lane, nowMs)
  const joined: Group[] = []
  const alone: Group[] = []
  lane.nextAtMs = lane.window?.endsAtMs ?? Infinity
  for (const group of lane.groups.values()) {
    const { dueAtMs = Infinity } = group
    if (group.joinsWindow && windowIsOver) joined.push(group)
    else if (dueAtMs <= nowMs) alone.push(group)
    else {
      lane.nextAtMs = Math.min(lane.nextAtMs, dueAtMs)
      continue
    }
    group.joinsWindow = false
    group.dueAtMs = undefined
  }
  return { joined, alone }
}

/** Whether the lane's window is over, or there is none. In a storm it goes on. */
function closeWindow(lane: Lane, nowMs: number): boolean {
  const { window } = lane
  if (window === undefined) return true
  if (window.endsAtMs <= nowMs && isStorm(window, nowMs))
    window.endsAtMs = Math.min(
      window.lastArrivalAtMs + STORM_QUIET_MS,
      window.openedAtMs + STORM_MAX_MS,
    )
  if (window.endsAtMs > nowMs) return false
  lane.window = undefined
  return true
}

function isStorm({ arrivals, lastArrivalAtMs }: Window, nowMs: number): boolean {
  return arrivals >= STORM_ARRIVALS && nowMs - lastArrivalAtMs < STORM_QUIET_MS
}

function hasten(lane: Lane, group: Group, atMs: number): void {
  group.dueAtMs = Math.min(group.dueAtMs ?? Infinity, atMs)
  lane.nextAtMs = Math.min(lane.nextAtMs, group.dueAtMs)
}
