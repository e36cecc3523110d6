import { startOf } from './civil-day.ts'
import type { WorkDays } from './work-days.ts'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

/** A stretch of the day in minutes since midnight: from (included) to (not included), at most 1440. */
export interface Hours {
  readonly fromMinute: number
  readonly toMinute: number
}

/**
 * When a service is given: every day or on working days, within hours of the day. Time counts only then. The hours are in rising order and
 * don't overlap; there is at least one stretch.
 */
export interface ServiceCalendar {
  readonly days: 'all' | 'workdays'
  readonly hours: readonly Hours[]
  readonly workDays: WorkDays
}

const WHOLE_DAY: readonly Hours[] = [{ fromMinute: 0, toMinute: 1440 }]
/** Where a contract says eight hours and not which. */
const OFFICE_HOURS: readonly Hours[] = [{ fromMinute: 9 * 60, toMinute: 17 * 60 }]

export const CALENDAR_NAMES = ['7x24', '7x8', '5x8'] as const
export type CalendarName = (typeof CALENDAR_NAMES)[number]

/** The calendars that contracts speak of; `hours` are those of 7x8 and 5x8. */
export function namedCalendar(
  name: CalendarName,
  workDays: WorkDays,
  hours: readonly Hours[] = OFFICE_HOURS,
): ServiceCalendar {
  return {
    days: name === '5x8' ? 'workdays' : 'all',
    hours: name === '7x24' ? WHOLE_DAY : hours,
    workDays,
  }
}

/** Whether the service is given at a moment. */
export function inService(calendar: ServiceCalendar, atMs: number): boolean {
  if (isAlways(calendar)) return true
  const { workDays, hours } = calendar
  const day = workDays.dayAt(atMs)
  if (!servesOn(calendar, day)) return false
  const minute = (workDays.wallAt(atMs) - startOf(day)) / MINUTE_MS
  return hours.some(({ fromMinute, toMinute }) => fromMinute <= minute && minute < toMinute)
}

/** Service time of one day of service. */
export function dayLengthMs({ hours }: ServiceCalendar): number {
  return hours.reduce((sum, { fromMinute, toMinute }) => sum + toMinute - fromMinute, 0) * MINUTE_MS
}

/**
 * The earliest moment by which so much service time has passed since `startMs`. Out of hours the clock stands; N working days are N times
 * dayLengthMs().
 */
export function addServiceTime(
  calendar: ServiceCalendar,
  startMs: number,
  serviceMs: number,
): number {
  if (serviceMs <= 0) return startMs
  if (isAlways(calendar)) return startMs + serviceMs
  let leftMs = serviceMs
  for (const { fromMs, toMs } of stretchesFrom(calendar, startMs)) {
    const lengthMs = toMs - fromMs
    if (lengthMs >= leftMs) return fromMs + leftMs
    leftMs -= lengthMs
  }
  return Infinity
}

/** Service time between two moments; 0 where the second is not after the first. */
export function serviceTimeBetween(
  calendar: ServiceCalendar,
  fromMs: number,
  toMs: number,
): number {
  if (toMs <= fromMs) return 0
  if (isAlways(calendar)) return toMs - fromMs
  let sumMs = 0
  for (const stretch of stretchesFrom(calendar, fromMs)) {
    if (stretch.fromMs >= toMs) break
    sumMs += Math.min(stretch.toMs, toMs) - stretch.fromMs
  }
  return sumMs
}

/** Nobody's holidays last longer: a calendar without service for so long has none. */
const LONGEST_PAUSE_DAYS = 400

/** The stretches of service that end after a moment, the first cut at it. */
function* stretchesFrom(
  calendar: ServiceCalendar,
  startMs: number,
): Generator<{ readonly fromMs: number; readonly toMs: number }> {
  const { workDays, hours } = calendar
  const first = workDays.dayAt(startMs)
  let lastServed = first
  for (let day = first; day - lastServed < LONGEST_PAUSE_DAYS; day++) {
    if (!servesOn(calendar, day)) continue
    lastServed = day
    for (const { fromMinute, toMinute } of hours) {
      const fromMs = Math.max(startMs, epochOf(workDays, day, fromMinute))
      const toMs = epochOf(workDays, day, toMinute)
      if (toMs > fromMs) yield { fromMs, toMs }
    }
  }
}

function servesOn({ days, workDays }: ServiceCalendar, day: number): boolean {
  return days === 'all' || workDays.isWorkdayOn(day)
}

function epochOf(workDays: WorkDays, day: number, minute: number): number {
  return workDays.toEpoch(startOf(day) + minute * MINUTE_MS)
}

function isAlways(calendar: ServiceCalendar): boolean {
  return calendar.days === 'all' && dayLengthMs(calendar) === DAY_MS
}
