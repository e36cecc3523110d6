import type { Alert, TransitionReason } from '../../rules/alert.ts'
import type { AlertBook, Touched } from './alert-book.ts'
import type { Digests } from './digests.ts'
import type { Holds } from './holds.ts'
import { groupOf, type Window } from './lane.ts'
import type { Silence } from './silence-book.ts'
import type { Claim, Hold, Mark, Told, TrackedAlert } from './tracked-alert.ts'

/** What the dispatcher must remember of one thing over a restart. Opaque to who stores it. */
export interface DispatchRow {
  readonly kind: string
  readonly key: string
  readonly json: string
}

/** Rows to put, and rows to remove. */
export interface DispatchChanges {
  readonly put: readonly DispatchRow[]
  readonly remove: readonly Pick<DispatchRow, 'kind' | 'key'>[]
}

/** What is kept. */
export interface KeptState {
  readonly book: AlertBook
  readonly holds: Holds
  readonly digests: Digests
}

/** An alert's row. Members may be added; `format` is raised when an older reader would misread it. */
interface StoredAlert {
  readonly format: 1
  readonly alert: Alert
  readonly reason: TransitionReason
  readonly changedAtMs: number
  readonly raisedAtMs: readonly number[]
  readonly flappingUntilMs?: number | undefined
  readonly claim?: Claim | undefined
  readonly hold?: Hold | undefined
  /** `alert` is left out where it is the newest. */
  readonly told: readonly (readonly [string, Omit<Told, 'alert'> & { readonly alert?: Alert }])[]
  readonly waits: readonly (readonly [string, Mark])[]
  readonly catchesUp: boolean
}

interface StoredGroup {
  readonly routeKey: string
  readonly labels: Readonly<Record<string, string>>
  readonly dueAtMs?: number | undefined
  readonly joinsWindow: boolean
  readonly lastAtMs?: number | undefined
}

interface StoredLane {
  readonly window?: Window | undefined
  readonly lastCatchUpAtMs?: number | undefined
}

/** The rows of what was touched. */
export function toChanges(touched: readonly Touched[], state: KeptState): DispatchChanges {
  const put: DispatchRow[] = []
  const remove: { kind: string; key: string }[] = []
  for (const one of touched) {
    const { kind, key } = one
    const stored = store(one, state)
    if (stored === undefined) remove.push({ kind, key })
    else put.push({ kind, key, json: JSON.stringify(stored) })
  }
  return { put, remove }
}

function store({ kind, key, routeKey = '' }: Touched, state: KeptState): object | undefined {
  const { book, holds, digests } = state
  switch (kind) {
    case 'alert':
      return storeAlert(book.alerts.get(key))
    case 'group':
      return storeGroup(book, routeKey, key)
    case 'lane':
      return storeLane(book, key)
    case 'silence':
      return holds.silences.get(key)
    case 'digest':
      return digests.open.has(key) ? { dueAtMs: digests.open.get(key) } : undefined
    case 'freeze':
      return holds.frozen
    case 'backup':
      return holds.backups.list().find(({ host, job }) => `${host}\n${job}` === key)
  }
}

function storeAlert(tracked: TrackedAlert | undefined): StoredAlert | undefined {
  if (tracked === undefined) return undefined
  const { id: _, told, waits, ...others } = tracked
  return {
    format: 1,
    ...others,
    told: [...told].map(([routeKey, { alert, ...rest }]) => [
      routeKey,
      alert === tracked.alert ? rest : { ...rest, alert },
    ]),
    waits: [...waits],
  }
}

function storeGroup(book: AlertBook, routeKey: string, key: string): StoredGroup | undefined {
  const group = book.lanes.get(routeKey)?.groups.get(key)
  if (group === undefined) return undefined
  const { labels, dueAtMs, joinsWindow, lastAtMs } = group
  return { routeKey, labels, dueAtMs, joinsWindow, lastAtMs: finite(lastAtMs) }
}

function storeLane(book: AlertBook, routeKey: string): StoredLane | undefined {
  const lane = book.lanes.get(routeKey)
  if (lane === undefined) return undefined
  return { window: lane.window, lastCatchUpAtMs: finite(lane.lastCatchUpAtMs) }
}

/** Takes up the rows of an earlier process; how many could not be read. Times that lie in the future, the clock having been set back, are now. */
export function restoreRows(
  rows: readonly DispatchRow[],
  state: KeptState,
  nowMs: number,
): { readonly unreadable: number } {
  let unreadable = 0
  for (const row of rows) {
    try {
      restore(row, state, nowMs)
    } catch {
      // A damaged row is as good as none: the caller counts it.
      unreadable++
    }
  }
  reconnect(state.book)
  return { unreadable }
}

/* oxlint-disable typescript/no-unsafe-type-assertion -- rows are written by toChanges alone, under a format number where it may change */
function restore({ kind, key, json }: DispatchRow, state: KeptState, nowMs: number): void {
  const stored: unknown = JSON.parse(json)
  const { book, holds, digests } = state
  if (kind === 'alert') book.alerts.set(key, toTracked(key, stored as StoredAlert, nowMs))
  else if (kind === 'group') restoreGroup(book, key, stored as StoredGroup, nowMs)
  else if (kind === 'lane') restoreLane(book, key, stored as StoredLane, nowMs)
  else if (kind === 'silence') holds.silences.put(stored as Silence)
  else if (kind === 'digest') digests.restore(key, (stored as { dueAtMs: number }).dueAtMs)
  else if (kind === 'freeze') holds.frozen = stored as Holds['frozen']
  else if (kind === 'backup') {
    const { host, job, atMs } = stored as { host: string; job: string; atMs: number }
    holds.backups.set(host, job, true, Math.min(atMs, nowMs))
  }
}
/* oxlint-enable typescript/no-unsafe-type-assertion */

function toTracked(id: string, stored: StoredAlert, nowMs: number): TrackedAlert {
  if (stored.format !== 1) throw new RangeError(`an alert's row of format ${String(stored.format)}`)
  const { format: _, told, waits, alert, hold, claim, flappingUntilMs, ...others } = stored
  return {
    id,
    alert,
    ...others,
    changedAtMs: Math.min(others.changedAtMs, nowMs),
    flappingUntilMs,
    claim,
    hold,
    told: new Map(
      told.map(([routeKey, one]) => [
        routeKey,
        {
          ...one,
          alert: one.alert ?? alert,
          firstAtMs: Math.min(one.firstAtMs, nowMs),
          lastAtMs: Math.min(one.lastAtMs, nowMs),
        },
      ]),
    ),
    waits: new Map(waits),
  }
}

function restoreGroup(book: AlertBook, key: string, stored: StoredGroup, nowMs: number): void {
  const lane = book.lane(stored.routeKey)
  const group = groupOf(lane, key, stored.labels)
  group.lastAtMs = Math.min(stored.lastAtMs ?? -Infinity, nowMs)
  group.joinsWindow = stored.joinsWindow
  group.dueAtMs = stored.dueAtMs
  // What is due is found at the next look.
  lane.nextAtMs = -Infinity
}

function restoreLane(book: AlertBook, routeKey: string, stored: StoredLane, nowMs: number): void {
  const lane = book.lane(routeKey)
  lane.lastCatchUpAtMs = Math.min(stored.lastCatchUpAtMs ?? -Infinity, nowMs)
  if (stored.window !== undefined && stored.window.openedAtMs <= nowMs) lane.window = stored.window
  lane.nextAtMs = -Infinity
}

/** Alerts say where they wait and where they were told: their groups know it again. */
function reconnect(book: AlertBook): void {
  for (const tracked of book.alerts.values()) {
    for (const [routeKey, told] of tracked.told) {
      const group = groupOf(book.lane(routeKey), told.groupKey, told.groupLabels)
      if (told.alert.endsAtMs === undefined) group.members.add(tracked.id)
    }
    for (const lane of book.lanes.values())
      for (const key of tracked.waits.keys()) lane.groups.get(key)?.waiting.add(tracked.id)
  }
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined
}
