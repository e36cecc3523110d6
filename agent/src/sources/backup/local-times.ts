import { WallClock } from '@wardround/program/running'

const DAY_MS = 86_400_000
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const

/** `02:00`, `sat 03:30`, `mon,wed,fri 22:15` */
export const LOCAL_TIMES_PATTERN =
  '^((sun|mon|tue|wed|thu|fri|sat)(,(sun|mon|tue|wed|thu|fri|sat))* )?([01][0-9]|2[0-3]):[0-5][0-9]$'

/** A time of day on some days of the week, in a time zone. */
export interface LocalTimes {
  readonly minute: number
  /** 0 is Sunday; never empty. */
  readonly weekdays: readonly number[]
  /** An IANA name; undefined is the zone of this process. */
  readonly timeZone: string | undefined
}

/** @param text matches LOCAL_TIMES_PATTERN */
export function parseLocalTimes(text: string, timeZone: string | undefined): LocalTimes {
  const [time = '', days] = text.split(' ').toReversed()
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  const named = (days ?? WEEKDAYS.join(',')).split(',')
  return {
    minute: hour * 60 + minute,
    weekdays: WEEKDAYS.flatMap((day, at) => (named.includes(day) ? [at] : [])),
    timeZone,
  }
}

/** The times in (fromMs, toMs], earliest first, at most `most` of the latest. A time that a change of the clocks leaves out comes an hour later. */
export function timesBetween(
  times: LocalTimes,
  fromMs: number,
  toMs: number,
  most: number,
): number[] {
  const clock = new WallClock(times.timeZone)
  const found: number[] = []
  // a day more at the end: a day of the zone may begin before the UTC day does
  for (let day = dayOf(clock, toMs) + DAY_MS; found.length < most; day -= DAY_MS) {
    if (day < dayOf(clock, fromMs) - DAY_MS) break
    if (!times.weekdays.includes(new Date(day).getUTCDay())) continue
    const at = clock.toEpoch(day + times.minute * 60_000)
    if (at > fromMs && at <= toMs) found.push(at)
  }
  return found.toReversed()
}

/** Midnight of what the clocks show. */
function dayOf(clock: WallClock, epochMs: number): number {
  return Math.floor(clock.at(epochMs) / DAY_MS) * DAY_MS
}
