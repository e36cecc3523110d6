import type { LocalizedText } from '@wardround/program'
import type { Finding } from '../rules/finding.ts'
import type { Incident } from './incident.ts'
import type { ClockLimit, Project, SlaRow } from './project.ts'
import type { ClockName } from './schema/service-schema.ts'
import { addServiceTime, serviceTimeBetween } from './service-calendar.ts'
import { formatTime, sayServiceTime } from './spoken-time.ts'

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

/** What stops a clock. */
const TO_DO: Readonly<Record<ClockName, LocalizedText>> = {
  respond: { zh: '认领', en: 'to be claimed' },
  arrive: { zh: '到达现场', en: 'somebody on site' },
  sparePart: { zh: '运到备件', en: 'the spare part on site' },
  substitute: { zh: '建成替代环境', en: 'the substitute environment running' },
  resolve: { zh: '解决', en: 'to be resolved' },
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

/** A spare part's clock begins when one is wanted; the others with the incident, or when it became so bad that this row holds. */
function startOf(
  name: ClockName,
  { startMs, rowSinceMs, sparePartWantedMs }: Incident,
): number | undefined {
  return name === 'sparePart' ? sparePartWantedMs : (rowSinceMs ?? startMs)
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

/**
 * The clocks of an incident that run, for rules to say from when on they are told of: one finding of all whose time is not over, measured by the one of
 * which most is used, and one for each that is over.
 */
export function findClocks(project: Project, incident: Incident, atMs: number): Finding[] {
  const row = project.sla.find(({ id }) => id === incident.row)
  if (row === undefined) return []
  const clocks = clocksOf(incident, row, atMs).toSorted((a, b) => a.dueMs - b.dueMs)
  const running = clocks.filter(({ phase }) => phase === 'running')
  return [
    ...findRunning(project, incident, running),
    ...clocks.flatMap((clock) =>
      clock.phase === 'over' ? [findOver(project, incident, clock)] : [],
    ),
  ]
}

function findRunning(
  project: Project,
  incident: Incident,
  clocks: readonly ClockState[],
): Finding[] {
  const nearest = clocks.toSorted((a, b) => b.usedPercent - a.usedPercent)[0]
  if (nearest === undefined || nearest.usedPercent < LEAST_PERCENT) return []
  const words = clocks.map((clock) => sayClock(clock, project))
  const details = {
    ...sayIncident(incident),
    clocks_zh: words.map(({ zh }) => zh).join('；'),
    clocks_en: words.map(({ en }) => en).join('; '),
  }
  const value = Math.floor(nearest.usedPercent)
  const tags = { incident: incident.id }
  const basis = project.basisOf(clocks.map(({ limit }) => limit.number))
  return [{ kind: 'sla_clock', host: incident.host, tags, value, details, basis }]
}

function findOver(
  project: Project,
  incident: Incident,
  { name, usedPercent, dueMs, limit }: ClockState,
): Finding {
  const { zh, en } = sayServiceTime(limit.text)
  const details = {
    ...sayIncident(incident),
    clock_zh: CLOCK_WORDS[name].zh,
    clock_en: CLOCK_WORDS[name].en,
    due: formatTime(project.workDays, dueMs),
    limit_zh: zh,
    limit_en: en,
  }
  const tags = { clock: name, incident: incident.id }
  const basis = project.basisOf([limit.number])
  const value = Math.floor(usedPercent)
  return { kind: 'sla_breach', host: incident.host, tags, value, details, basis }
}

/** `须在 2026-11-22 02:30 前认领（时限 30 分钟，已用 80%）` */
function sayClock(
  { name, dueMs, usedPercent, limit }: ClockState,
  { workDays }: Project,
): LocalizedText {
  const due = formatTime(workDays, dueMs)
  const time = sayServiceTime(limit.text)
  const used = Math.floor(usedPercent)
  const { zh, en } = TO_DO[name]
  return {
    zh: `须在 ${due} 前${zh}（时限 ${time.zh}，已用 ${used}%）`,
    en: `${en} by ${due} (within ${time.en}, ${used}% used)`,
  }
}

function sayIncident({ name, alertCount }: Incident) {
  return alertCount === 1
    ? { about_zh: name.zh, about_en: name.en }
    : {
        about_zh: `${name.zh}（连同其他 ${alertCount - 1} 条告警）`,
        about_en: `${name.en} (and ${alertCount - 1} more of the same fault)`,
      }
}
