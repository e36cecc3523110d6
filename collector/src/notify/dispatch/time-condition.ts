import type { LocalizedText } from '@wardround/protocol'
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

/** What a time of day looks like. */
export const CLOCK_TIME: LocalizedText = {
  zh: '带引号的时刻，两位小时和两位分钟，从 "00:00" 到 "24:00"，例如 "08:30"',
  en: 'a time of day in quotes, two digits for the hour and two for the minute, "00:00" to "24:00", such as "08:30"',
}

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

/** Whether a date is of a kind; `dayMs`: its 00:00 UTC. */
export function isOfKind(kind: DayKind, calendar: Calendar, dayMs: number): boolean {
  return calendar.isWorkdayOn(dayMs / DAY_MS) === (kind === 'workday')
}

/** What makes a span hold always, or be no stretch of time; `path` is the place within it. */
export function findSpanProblem(
  span: TimeSpan,
): { readonly path: readonly string[]; readonly what: LocalizedText } | undefined {
  const { from = '00:00', to = '24:00' } = span
  if (Object.keys(span).length === 0) return { path: [], what: NO_LIMIT }
  if (from === '24:00') return { path: ['from'], what: NOT_A_START }
  return from === to ? { path: ['to'], what: NO_LENGTH } : undefined
}

const NO_LIMIT: LocalizedText = {
  zh: '没有写任何时间，等于没有限制',
  en: 'it names no time, and so holds always',
}
const NOT_A_START: LocalizedText = {
  zh: '24:00 是一天的结束，不能作为开始',
  en: '24:00 is the end of a day, not a beginning',
}
const NO_LENGTH: LocalizedText = {
  zh: '开始与结束相同',
  en: 'it ends when it begins',
}

function minuteOf(text: string): number {
  const [hours = '', minutes = ''] = text.split(':')
  return Number(hours) * 60 + Number(minutes)
}
