import type { Calendar } from './calendar.ts'
import { openLocalClock, type LocalTime } from './local-time.ts'

/** Whether it holds at a time, epoch ms. */
export type TimeCondition = (atMs: number) => boolean

export const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const

/** One stretch of the week; absent members ask nothing. */
export interface TimeSpan {
  readonly weekdays?: readonly (typeof WEEKDAYS)[number][]
  /** By the calendar, with holidays and the weekends worked for them. */
  readonly days?: DayKind
  /** `08:00`; with `to` before it the span goes on past midnight and belongs to the day on which it began. */
  readonly from?: string
  /** `20:00`, no longer in it; `24:00` is the end of the day. */
  readonly to?: string
}

export type DayKind = 'workday' | 'restday'

/** Pattern of a time of day. */
export const TIME_OF_DAY = '^([01]\\d|2[0-3]):[0-5]\\d$|^24:00$'

const DAY_MINUTES = 1440
const DAY_MS = 86_400_000

/** Holds while one of the spans does, by the clock of a zone. @throws RangeError where there is no such zone */
export function compileTimes(
  spans: readonly TimeSpan[],
  zone: string,
  calendar: () => Calendar,
): TimeCondition {
  const clock = openLocalClock(zone)
  const tests = spans.map((span) => compileSpan(span, calendar))
  return (atMs) => {
    const time = clock(atMs)
    return tests.some((test) => test(time))
  }
}

function compileSpan(
  { weekdays, days, from = '00:00', to = '24:00' }: TimeSpan,
  calendar: () => Calendar,
): (time: LocalTime) => boolean {
  const isDay = (dayMs: number, weekday: number): boolean => {
    const name = WEEKDAYS[weekday]
    if (weekdays !== undefined && (name === undefined || !weekdays.includes(name))) return false
    return days === undefined || isOfKind(days, calendar(), dayMs)
  }
  const [start, end] = [minuteOf(from), minuteOf(to)]
  if (start < end)
    return ({ dayMs, weekday, minute }) => minute >= start && minute < end && isDay(dayMs, weekday)
  return ({ dayMs, weekday, minute }) =>
    (minute >= start && isDay(dayMs, weekday)) ||
    (minute < end % DAY_MINUTES && isDay(dayMs - DAY_MS, (weekday + 6) % 7))
}

/** Whether a date is of a kind. */
export function isOfKind(kind: DayKind, calendar: Calendar, dayMs: number): boolean {
  return calendar.isWorkday(dayMs) === (kind === 'workday')
}

function minuteOf(text: string): number {
  const [hours = '', minutes = ''] = text.split(':')
  return Number(hours) * 60 + Number(minutes)
}
