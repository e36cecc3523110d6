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

/** Whether this system knows a time zone of the name. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== ''
  } catch {
    return false
  }
}

/** The times in (fromMs, toMs], earliest first, at most `most` of the latest. A time that a change of the clocks leaves out comes an hour later. */
export function timesBetween(
  times: LocalTimes,
  fromMs: number,
  toMs: number,
  most: number,
): number[] {
  const zone = new Zone(times.timeZone)
  const found: number[] = []
  // a day more at the end: a day of the zone may begin before the UTC day does
  for (let day = zone.dayOf(toMs) + DAY_MS; found.length < most; day -= DAY_MS) {
    if (day < zone.dayOf(fromMs) - DAY_MS) break
    if (!times.weekdays.includes(new Date(day).getUTCDay())) continue
    const at = zone.toEpoch(day + times.minute * 60_000)
    if (at > fromMs && at <= toMs) found.push(at)
  }
  return found.toReversed()
}

/** Wall clocks of one time zone, as what they show read as if it were UTC. */
class Zone {
  readonly #format: Intl.DateTimeFormat

  constructor(timeZone: string | undefined) {
    this.#format = new Intl.DateTimeFormat('en-US', {
      ...(timeZone === undefined ? {} : { timeZone }),
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  }

  /** Midnight of the wall clock's day. */
  dayOf(atMs: number): number {
    return Math.floor(this.#wall(atMs) / DAY_MS) * DAY_MS
  }

  toEpoch(wallMs: number): number {
    const guess = wallMs - this.#offset(wallMs)
    return wallMs - this.#offset(guess)
  }

  #offset(atMs: number): number {
    return this.#wall(atMs) - Math.floor(atMs / 1000) * 1000
  }

  #wall(atMs: number): number {
    const shown = Object.fromEntries(
      this.#format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]),
    )
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown
    return Date.UTC(year, month - 1, day, hour, minute, second)
  }
}
