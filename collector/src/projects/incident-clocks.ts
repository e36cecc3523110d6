import type { LocalizedText } from '@wardround/program'
import type { Finding } from '../rules/finding.ts'
import { formatTime } from './find-duties.ts'
import type { Incident } from './incident.ts'
import type { ClockLimit, Project, SlaRow } from './project.ts'
import type { ClockName } from './schema/service-schema.ts'
import { addServiceTime, serviceTimeBetween } from './service-calendar.ts'

/** running: it counts. over: it counts, and the limit has passed. kept, broken: it stopped, in time or not. */
export type ClockPhase = 'running' | 'over' | 'kept' | 'broken'

/** One clock of an incident, at a moment. Times are epoch ms. */
export interface ClockState {
  readonly name: ClockName
  readonly phase: ClockPhase
  readonly startMs: number
  readonly dueMs: number
  readonly stoppedMs: number | undefined
  /** Service time used, in percent of the limit; more than 100 beyond it. */
  readonly usedPercent: number
  readonly limit: ClockLimit
}

const CLOCK_WORDS: Readonly<Record<ClockName, LocalizedText>> = {
  respond: { zh: '响应', en: 'response' },
  arrive: { zh: '到场', en: 'arrival on site' },
  sparePart: { zh: '备件', en: 'spare part' },
  substitute: { zh: '替代环境', en: 'substitute environment' },
  resolve: { zh: '解决', en: 'resolution' },
}

/** The clocks that a row of the SLA sets for an incident. Pure over the incident, the row's calendars and the moment. */
export function clocksOf(incident: Incident, { clocks }: SlaRow, atMs: number): ClockState[] {
  return [...clocks].flatMap(([name, limit]) => {
    const startMs = startOf(name, incident)
    return startMs === undefined
      ? []
      : [clockAt(name, limit, startMs, stopOf(name, incident), atMs)]
  })
}

/** A spare part's clock begins when one is wanted, the others with the incident. */
function startOf(name: ClockName, { startMs, sparePartWantedMs }: Incident): number | undefined {
  return name === 'sparePart' ? sparePartWantedMs : startMs
}

/** What ends the incident ends every clock; who is on site has responded. */
function stopOf(name: ClockName, incident: Incident): number | undefined {
  const { claim, arrivedMs, sparePartMs, substituteMs, resolvedMs } = incident
  const stops: Readonly<Record<ClockName, readonly (number | undefined)[]>> = {
    respond: [claim?.atMs, arrivedMs, resolvedMs],
    arrive: [arrivedMs, resolvedMs],
    sparePart: [sparePartMs, resolvedMs],
    substitute: [substituteMs, resolvedMs],
    resolve: [resolvedMs],
  }
  const times = stops[name].filter((atMs) => atMs !== undefined)
  return times.length === 0 ? undefined : Math.min(...times)
}

function clockAt(
  name: ClockName,
  limit: ClockLimit,
  startMs: number,
  stoppedMs: number | undefined,
  atMs: number,
): ClockState {
  const { calendar, lengthMs } = limit
  const dueMs = addServiceTime(calendar, startMs, lengthMs)
  const untilMs = stoppedMs ?? Math.max(atMs, startMs)
  const usedPercent = (100 * serviceTimeBetween(calendar, startMs, untilMs)) / lengthMs
  const isLate = untilMs > dueMs
  const phase = stoppedMs === undefined ? (isLate ? 'over' : 'running') : isLate ? 'broken' : 'kept'
  return { name, phase, startMs, dueMs, stoppedMs, usedPercent, limit }
}

/** Less of a limit used is nobody's business. */
const LEAST_PERCENT = 10

/** The clocks that run, for rules to say from when on they are told of; one that is used up is a breach, and no longer a warning. */
export function findClocks(project: Project, incident: Incident, atMs: number): Finding[] {
  const row = project.sla.find(({ id }) => id === incident.row)
  if (row === undefined) return []
  return clocksOf(incident, row, atMs).flatMap(({ name, phase, usedPercent, dueMs, limit }) => {
    if (phase === 'kept' || phase === 'broken' || usedPercent < LEAST_PERCENT) return []
    const details = {
      clock_zh: CLOCK_WORDS[name].zh,
      clock_en: CLOCK_WORDS[name].en,
      about_zh: incident.summary.zh,
      about_en: incident.summary.en,
      due: formatTime(project.workDays, dueMs),
      limit: limit.text,
    }
    const tags = { clock: name, incident: incident.id }
    const value = Math.floor(usedPercent)
    const kind = value >= 100 ? 'sla_breach' : 'sla_clock'
    return [{ kind, host: incident.host, tags, value, details }]
  })
}
