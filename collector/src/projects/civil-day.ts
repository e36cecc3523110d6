const DAY_MS = 86_400_000

/** A day of the calendar, wherever it is: days since 1970-01-01. */
export type CivilDay = number

/** Of `2026-10-01`; undefined where there is no such day. */
export function parseDay(text: string): CivilDay | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined
  const timeMs = Date.parse(`${text}T00:00:00Z`)
  if (Number.isNaN(timeMs) || new Date(timeMs).toISOString().slice(0, 10) !== text) return undefined
  return timeMs / DAY_MS
}

export function formatDay(day: CivilDay): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}

/** The day on which clocks show this; `wallMs` as WallClock.at() gives it. */
export function dayOf(wallMs: number): CivilDay {
  return Math.floor(wallMs / DAY_MS)
}

/** What clocks show at the beginning of the day. */
export function startOf(day: CivilDay): number {
  return day * DAY_MS
}

export function yearOf(day: CivilDay): number {
  return new Date(day * DAY_MS).getUTCFullYear()
}

/** Saturday or Sunday; 1970-01-01 was a Thursday. */
export function isWeekend(day: CivilDay): boolean {
  const weekday = (((day + 4) % 7) + 7) % 7
  return weekday === 0 || weekday === 6
}
