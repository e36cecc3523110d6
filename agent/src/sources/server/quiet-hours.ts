import { asTexts } from '../../as-list.ts'

/** A part of the day in which nothing is sent, minutes after midnight, local time; it may go past midnight. */
export interface QuietHours {
  readonly fromMinute: number
  /** Not included. */
  readonly toMinute: number
}

/** `01:00-03:30`, `22:00-06:00`; `24:00` is midnight. */
export const QUIET_HOURS_PATTERN =
  '^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$'

/** @param option a list of such texts, checked */
export function toQuietHours(option: unknown): readonly QuietHours[] {
  return asTexts(option).map(parseQuietHours)
}

/** @throws RangeError where the text is none; a value that passed the pattern never is */
export function parseQuietHours(text: string): QuietHours {
  const match = /^(\d\d):(\d\d)-(\d\d):(\d\d)$/.exec(text)
  if (match === null)
    throw new RangeError(`"${text}" are no quiet hours; expected such as 01:00-03:30`)
  const [, fromHour, fromMinute, toHour, toMinute] = match.map(Number)
  return {
    fromMinute: (fromHour ?? 0) * 60 + (fromMinute ?? 0),
    toMinute: (toHour ?? 0) * 60 + (toMinute ?? 0),
  }
}

/** Whether it is quiet at this minute of the day. Hours that begin and end alike are none. */
export function isQuiet(hours: readonly QuietHours[], minute: number): boolean {
  return hours.some(({ fromMinute, toMinute }) =>
    fromMinute <= toMinute
      ? minute >= fromMinute && minute < toMinute
      : minute >= fromMinute || minute < toMinute,
  )
}

/** Minute of the day in the zone of this process. */
export function minuteOfDay(atMs: number): number {
  const at = new Date(atMs)
  return at.getHours() * 60 + at.getMinutes()
}
