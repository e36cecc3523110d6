import type { SnmpSession } from '../snmp-session.ts'
import { integerOf, textOf, type SnmpValue } from '../snmp-value.ts'
import { EVENT_ENTRIES, TABLES } from './brocade-oids.ts'

export const EVENT_LEVELS = ['unknown', 'critical', 'error', 'warning', 'info', 'debug'] as const

export type EventLevel = (typeof EVENT_LEVELS)[number]

/** An entry of the switch's log (RASLOG). */
export interface SwitchEvent {
  readonly index: number
  /** As the switch writes it, by its own clock: `2026/03/01-08:00:20`. Texts of two are in the order of time. */
  readonly time: string
  readonly level: EventLevel
  readonly repeats: number | undefined
  readonly message: string
}

/** Which entry was taken last. */
export interface EventPlace {
  readonly index: number
  readonly time: string
  readonly message: string
  /** How many entries the switch said that its log had. */
  readonly entries: number | undefined
}

/** Columns of swEventTable. */
const EVENT = { time: 2, level: 3, repeats: 4, message: 5 } as const
const COLUMNS = Object.values(EVENT)
/** Entries asked for in one question, of four values each. */
const AT_ONCE = 10
/** Entries taken in one run; the rest is taken by the next one. */
const MOST_EVENTS = 200
/** The log holds 1,024 or fewer; newer ones 2,048. */
const MOST_ROWS = 5_000
const LONGEST_MESSAGE = 1_024

/** What is new in the log. */
export interface NewEvents {
  readonly events: readonly SwitchEvent[]
  /** How many entries the switch says that its log has. */
  readonly entries: number | undefined
}

/**
 * Entries that came after `place`, oldest first. They are asked for by their index, in which there are gaps; where the entry of that index is
 * another one (the log was cleared, or began again), or there is one more and none was found, the whole table is read and what is newer by its
 * time is taken.
 */
export async function readNewEvents(
  session: SnmpSession,
  signal: AbortSignal,
  place: EventPlace | undefined,
): Promise<NewEvents> {
  const answer = await session.get([EVENT_ENTRIES], signal)
  const entries = integerOf(answer.get(EVENT_ENTRIES))
  if (place === undefined)
    return { entries, events: (await readLog(session, signal)).slice(-MOST_EVENTS) }
  const found = await readOn(session, signal, place)
  const isQuiet = found?.length === 0 && entries === place.entries
  if (found !== undefined && (found.length > 0 || isQuiet)) return { entries, events: found }
  const log = await readLog(session, signal)
  const events = log.filter((event) => isAfter(event, place)).slice(0, MOST_EVENTS)
  return { entries, events }
}

/** undefined where the entry that was taken last is not there any more. */
async function readOn(
  session: SnmpSession,
  signal: AbortSignal,
  place: EventPlace,
): Promise<SwitchEvent[] | undefined> {
  const events: SwitchEvent[] = []
  for (let from = place.index; events.length <= MOST_EVENTS; from += AT_ONCE) {
    const found = await readBlock(session, signal, from)
    if (from === place.index) {
      const last = found.shift()
      if (last?.index !== place.index || !isSame(last, place)) return undefined
    }
    events.push(...found)
    if (found.length === 0) break
  }
  return events.slice(0, MOST_EVENTS)
}

/** All that the log holds, in the order of time. */
async function readLog(session: SnmpSession, signal: AbortSignal): Promise<SwitchEvent[]> {
  const rows = await session.table(TABLES.events, COLUMNS, signal, { maxRows: MOST_ROWS })
  return [...rows]
    .flatMap(([index, row]) => toEvent(Number(index), (column) => row.get(column)) ?? [])
    .toSorted((a, b) => compareTexts(a.time, b.time) || a.index - b.index)
}

/** The entries of so many indexes, as far as there are any. */
async function readBlock(
  session: SnmpSession,
  signal: AbortSignal,
  from: number,
): Promise<SwitchEvent[]> {
  const indexes = Array.from({ length: AT_ONCE }, (_, at) => from + at)
  const oid = (column: number, index: number) => `${TABLES.events}.${column}.${index}`
  const oids = indexes.flatMap((index) => COLUMNS.map((column) => oid(column, index)))
  const values = await session.get(oids, signal)
  return indexes.flatMap(
    (index) => toEvent(index, (column) => values.get(oid(column, index))) ?? [],
  )
}

/** undefined where it has no time or no text: no entry, or one that is just being written. */
export function toEvent(
  index: number,
  value: (column: number) => SnmpValue | undefined,
): SwitchEvent | undefined {
  const time = textOf(value(EVENT.time), 64)
  const message = textOf(value(EVENT.message), LONGEST_MESSAGE)
  if (!Number.isSafeInteger(index) || time === undefined || message === undefined) return undefined
  const level = EVENT_LEVELS[integerOf(value(EVENT.level)) ?? 0] ?? 'unknown'
  return { index, time, level, repeats: integerOf(value(EVENT.repeats)), message }
}

function isSame(event: SwitchEvent, place: EventPlace): boolean {
  return event.time === place.time && event.message === place.message
}

/** Of one second, those with a higher index, and all others but the entry itself: after a clearing they count from 1 again. */
function isAfter(event: SwitchEvent, place: EventPlace): boolean {
  const order = compareTexts(event.time, place.time)
  return order > 0 || (order === 0 && event.index > place.index && !isSame(event, place))
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
