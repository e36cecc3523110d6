import type { Alert, TransitionReason } from '../../rules/alert.ts'
import type { AlertBook, Touched } from './alert-book.ts'
import type { Digests } from './digests.ts'
import type { Holds } from './holds.ts'
import type { DatabaseInstance } from './instance-book.ts'
import type { Window } from './lane.ts'
import type { Claim, Hold, Mark, Told, TrackedAlert } from './tracked-alert.ts'

/** Of the rows' JSON. Members may be added; it is raised when an older reader would misread a row, and a reader of each older format stays. */
export const DISPATCH_FORMAT = 1

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

/** An alert's row. */
export interface StoredAlert {
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

export interface StoredGroup {
  readonly routeKey: string
  readonly labels: Readonly<Record<string, string>>
  readonly dueAtMs?: number | undefined
  readonly joinsWindow: boolean
  readonly lastAtMs?: number | undefined
}

export interface StoredInstance extends DatabaseInstance {
  readonly database: string
  readonly heardAtMs: number
}

export interface StoredLane {
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
    else put.push({ kind, key, json: JSON.stringify({ format: DISPATCH_FORMAT, ...stored }) })
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
    case 'instance':
      return holds.instances.get(key)
    case 'backup':
      return holds.backups.list().find(({ host, job }) => `${host}\n${job}` === key)
  }
}

function storeAlert(tracked: TrackedAlert | undefined): StoredAlert | undefined {
  if (tracked === undefined) return undefined
  const { id: _, told, waits, ...others } = tracked
  return {
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

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined
}
