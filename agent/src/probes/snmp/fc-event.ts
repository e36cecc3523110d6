import { KeptFile } from '../../kept-file.ts'
import { fcEvent } from '../../measurements/fc-switch.ts'
import { defineProbe, remembers } from '../../probe.ts'
import { snmp } from '../../sources/snmp.ts'
import { TABLES } from '../../sources/snmp/brocade/brocade-oids.ts'
import {
  EVENT_LEVELS,
  readNewEvents,
  type EventPlace,
  type SwitchEvent,
} from '../../sources/snmp/brocade/event-log.ts'
import { unitNameOf } from '../../sources/snmp/brocade/port-index.ts'
import { requireBrocade } from '../../sources/snmp/brocade/require-brocade.ts'
import type { SnmpSession } from '../../sources/snmp/snmp-session.ts'

const WINDOW_MS = 600_000
const UNIT_STATUS = 6

type Counts = Readonly<Record<string, number>>

/** How far the log was read, and what came, over restarts. */
interface Kept {
  readonly place: EventPlace
  readonly counts: Counts
}

interface Memory {
  readonly file: KeptFile<Kept>
  /** Part of the events' keys, so that a switch that takes another's place has its own. */
  readonly unit: string
  readonly recent: readonly { readonly atMs: number; readonly level: string }[]
}

/**
 * The event log (RASLOG) of a Brocade switch as events, and their number by level. Source: SW-MIB swEventTable from the entry after the last
 * one. Needs: SNMP with read access. At the first look what the log holds (200 entries at most) becomes events, and is not counted.
 */
export default defineProbe({
  name: 'snmp.fc-event',
  source: snmp,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 60,
  cost: 'cheap',
  reads: 'SW-MIB swEventTable',
  needs: { zh: 'SNMP 只读权限', en: 'SNMP with read access' },
  help: {
    zh: '博科光纤交换机的事件日志（RASLOG），从上次读到的位置继续',
    en: 'Event log (RASLOG) of a Brocade FC switch, from where it was read last',
  },
  measurements: { fc_event: fcEvent },
  remembers: remembers<Memory>(),
  async sample({ session, emit, emitEvent, remark, memory, monotonicMs, signal }) {
    await requireBrocade(session, signal)
    const file = memory?.file ?? new KeptFile(session.keeping, 'snmp-fc-events', isKept)
    const unit = memory?.unit ?? (await readUnit(session, signal))
    const kept = await file.read()
    const { events, entries } = await readNewEvents(session, signal, kept?.place)
    for (const event of events) emitEvent('log', keyOf(unit, event), describe(event))

    const fresh = kept === undefined ? [] : events.map(({ level }) => level)
    const counts = addCounts(kept?.counts ?? {}, fresh)
    const last = events.at(-1)
    const place = last === undefined ? kept?.place : { ...placeOf(last), entries }
    if (place !== undefined && (last !== undefined || place.entries !== entries)) {
      if (!(await file.write({ place: { ...place, entries }, counts })))
        remark({
          zh: '无法保存事件日志的读取位置；采集代理重启后会重新读取',
          en: 'how far the log was read can’t be kept: after a restart of the agent it is read again',
        })
    }
    const recent = [
      ...(memory?.recent ?? []).filter(({ atMs }) => atMs > monotonicMs - WINDOW_MS),
      ...fresh.map((level) => ({ atMs: monotonicMs, level })),
    ]
    for (const level of EVENT_LEVELS) {
      const count_10m = recent.filter((event) => event.level === level).length
      emit(
        'fc_event',
        { device: session.subject, level },
        { count_total: counts[level], count_10m },
      )
    }
    return { file, unit, recent }
  },
})

async function readUnit(session: SnmpSession, signal: AbortSignal): Promise<string> {
  const units = await session.table(TABLES.units, [UNIT_STATUS], signal)
  const [index = ''] = units.keys()
  return unitNameOf(index) ?? session.subject
}

/** Its time tells it from the entry that had this index before the log was cleared. */
function keyOf(unit: string, { index, time }: SwitchEvent): string {
  return `raslog:${unit}:${time}:${index}`
}

function describe({ index, time, level, repeats, message }: SwitchEvent) {
  const [, id] = /^([A-Z][A-Z0-9]{1,7}-\d{3,5})\b/.exec(message) ?? []
  return {
    file: 'RASLOG',
    text: message,
    level,
    switchTime: time,
    index,
    ...(id === undefined ? {} : { id }),
    ...(repeats === undefined ? {} : { repeats }),
  }
}

function placeOf({ index, time, message }: SwitchEvent) {
  return { index, time, message }
}

function addCounts(counts: Counts, levels: readonly string[]): Counts {
  const sums = Object.fromEntries(EVENT_LEVELS.map((level) => [level, counts[level] ?? 0]))
  for (const level of levels) sums[level] = (sums[level] ?? 0) + 1
  return sums
}

function isKept(value: unknown): value is Kept {
  if (typeof value !== 'object' || value === null || !('place' in value) || !('counts' in value))
    return false
  const { place, counts } = value
  if (typeof place !== 'object' || place === null || typeof counts !== 'object' || counts === null)
    return false
  const { index, time, message } = place as Partial<EventPlace>
  return (
    Number.isSafeInteger(index) &&
    typeof time === 'string' &&
    typeof message === 'string' &&
    Object.values(counts).every((count) => Number.isSafeInteger(count))
  )
}
