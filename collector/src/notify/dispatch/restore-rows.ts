import type { LocalizedText } from '@wardround/protocol'
import type { AlertBook } from './alert-book.ts'
import {
  DISPATCH_FORMAT,
  type DispatchRow,
  type KeptState,
  type StoredAlert,
  type StoredGroup,
  type StoredInstance,
  type StoredLane,
} from './dispatch-rows.ts'
import type { Holds } from './holds.ts'
import { groupOf } from './lane.ts'
import type { Silence } from './silence-book.ts'
import type { Hold, TrackedAlert } from './tracked-alert.ts'

/** The rows were written by a newer version of the collector: without them silences and claims would be forgotten, and what was told be told again. */
export class DispatchTooNewError extends Error {
  override readonly name = 'DispatchTooNewError'
  readonly code = 'STATE_TOO_NEW'
  readonly retryable = false
  readonly text: LocalizedText

  constructor(found: number) {
    const text = {
      zh: `通知状态（认领、静默、已通知的告警）由较新版本的监控中心写入，格式为 ${found}，而本版只认识到 ${DISPATCH_FORMAT}；请重新安装较新的版本，或恢复升级前的备份`,
      en: `what notices remember (claims, silences, what was told) was written by a newer collector in format ${found}, and this one knows formats up to ${DISPATCH_FORMAT}; install the newer version again, or restore the backup from before it`,
    }
    super(text.en)
    this.text = text
  }
}

/**
 * Takes up the rows of an earlier process; how many could not be read. Where the clock was set back meanwhile, all times are earlier by as much: nothing
 * waits until the old time comes again.
 * @throws DispatchTooNewError: nothing was taken up
 */
export function restoreRows(
  rows: readonly DispatchRow[],
  state: KeptState,
  nowMs: number,
): { readonly unreadable: number } {
  const read = rows.map(readRow)
  const newest = read.reduce((most, { format }) => Math.max(most, format), 0)
  if (newest > DISPATCH_FORMAT) throw new DispatchTooNewError(newest)
  const aheadMs = read.reduce((most, row) => Math.max(most, newestMs(row) - nowMs), 0)
  const toOurs: ToOurs = (atMs) => atMs - aheadMs
  let unreadable = 0
  for (const row of read) {
    try {
      restore(row, state, toOurs)
    } catch {
      // A damaged row is as good as none: the caller counts it.
      unreadable++
    }
  }
  reconnect(state.book)
  return { unreadable }
}

/** A time of an earlier process by this one's clock. */
type ToOurs = (atMs: number) => number

interface ReadRow {
  readonly kind: string
  readonly key: string
  /** Rows of the first versions do not say it. */
  readonly format: number
  /** Undefined: the row is damaged. */
  readonly stored: unknown
}

function readRow({ kind, key, json }: DispatchRow): ReadRow {
  const parsed = parse(json)
  if (typeof parsed !== 'object' || parsed === null || !('format' in parsed))
    return { kind, key, format: 1, stored: parsed }
  const { format, ...stored } = parsed
  return { kind, key, format: typeof format === 'number' ? format : 1, stored }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    // restore() refuses it, and it is counted.
    return undefined
  }
}

/* oxlint-disable typescript/no-unsafe-type-assertion -- rows are written by toChanges alone, under a format number where it may change */
/** The newest moment of those that had passed when a row was written. */
function newestMs({ kind, stored }: ReadRow): number {
  const moments: unknown[] = []
  if (typeof stored !== 'object' || stored === null) return -Infinity
  if (kind === 'alert') {
    const { changedAtMs, hold, told } = stored as Partial<StoredAlert>
    moments.push(changedAtMs, hold?.sinceMs, ...(told ?? []).map(([, { lastAtMs }]) => lastAtMs))
  } else if (kind === 'group') moments.push((stored as StoredGroup).lastAtMs)
  else if (kind === 'lane') moments.push((stored as StoredLane).window?.openedAtMs)
  else if (kind === 'instance') moments.push((stored as Partial<StoredInstance>).heardAtMs)
  else if (kind === 'backup') moments.push((stored as { atMs?: unknown }).atMs)
  return Math.max(-Infinity, ...moments.filter((atMs) => typeof atMs === 'number'))
}

function restore({ kind, key, stored }: ReadRow, state: KeptState, toOurs: ToOurs): void {
  if (typeof stored !== 'object' || stored === null) throw new RangeError(`a damaged ${kind}`)
  const { book, holds, digests } = state
  if (kind === 'alert') book.alerts.set(key, toTracked(key, stored as StoredAlert, toOurs))
  else if (kind === 'group') restoreGroup(book, key, stored as StoredGroup, toOurs)
  else if (kind === 'lane') restoreLane(book, key, stored, toOurs)
  else if (kind === 'silence') holds.silences.put(stored as Silence)
  else if (kind === 'digest') digests.restore(key, toOurs((stored as { dueAtMs: number }).dueAtMs))
  else if (kind === 'instance') {
    const { database, heardAtMs, ...one } = stored as StoredInstance
    holds.instances.hear(one, database, toOurs(heardAtMs))
  } else if (kind === 'freeze') holds.frozen = stored as Holds['frozen']
  else if (kind === 'backup') {
    const { host, job, atMs } = stored as { host: string; job: string; atMs: number }
    holds.backups.set(host, job, true, toOurs(atMs))
  }
}
/* oxlint-enable typescript/no-unsafe-type-assertion */

function toTracked(id: string, stored: StoredAlert, toOurs: ToOurs): TrackedAlert {
  const { told, waits, alert, hold, claim, flappingUntilMs, ...others } = stored
  return {
    id,
    alert,
    ...others,
    changedAtMs: toOurs(others.changedAtMs),
    raisedAtMs: others.raisedAtMs.map(toOurs),
    flappingUntilMs: whereSet(flappingUntilMs, toOurs),
    claim,
    hold: hold === undefined ? undefined : toOurHold(hold, toOurs),
    told: new Map(
      told.map(([routeKey, one]) => [
        routeKey,
        {
          ...one,
          alert: one.alert ?? alert,
          firstAtMs: toOurs(one.firstAtMs),
          lastAtMs: toOurs(one.lastAtMs),
        },
      ]),
    ),
    waits: new Map(waits),
  }
}

function toOurHold(hold: Hold, toOurs: ToOurs): Hold {
  return { ...hold, sinceMs: toOurs(hold.sinceMs), freeAtMs: whereSet(hold.freeAtMs, toOurs) }
}

function restoreGroup(book: AlertBook, key: string, stored: StoredGroup, toOurs: ToOurs): void {
  const lane = book.lane(stored.routeKey)
  const group = groupOf(lane, key, stored.labels)
  group.lastAtMs = whereSet(stored.lastAtMs, toOurs) ?? -Infinity
  group.joinsWindow = stored.joinsWindow
  group.dueAtMs = whereSet(stored.dueAtMs, toOurs)
  // What is due is found at the next look.
  lane.nextAtMs = -Infinity
}

function restoreLane(book: AlertBook, routeKey: string, stored: StoredLane, toOurs: ToOurs): void {
  const { window, lastCatchUpAtMs } = stored
  const lane = book.lane(routeKey)
  lane.lastCatchUpAtMs = whereSet(lastCatchUpAtMs, toOurs) ?? -Infinity
  if (window !== undefined)
    lane.window = {
      ...window,
      openedAtMs: toOurs(window.openedAtMs),
      endsAtMs: toOurs(window.endsAtMs),
      lastArrivalAtMs: toOurs(window.lastArrivalAtMs),
    }
  lane.nextAtMs = -Infinity
}

function whereSet(atMs: number | undefined, toOurs: ToOurs): number | undefined {
  return atMs === undefined ? undefined : toOurs(atMs)
}

/** Alerts say where they wait and where they were told: their groups know it again. */
function reconnect(book: AlertBook): void {
  for (const tracked of book.alerts.values()) {
    for (const [routeKey, told] of tracked.told) {
      if (told.alert.endsAtMs !== undefined) continue
      groupOf(book.lane(routeKey), told.groupKey, told.groupLabels).members.add(tracked.id)
    }
    for (const lane of book.lanes.values())
      for (const key of tracked.waits.keys()) lane.groups.get(key)?.waiting.add(tracked.id)
  }
}
