import type { Hours } from './service-calendar.ts'

/** Minutes since midnight of `09:00-17:00`; what ends before it begins ends on the next day. @throws RangeError where the text is none; one that passed the schema never is */
export function parseHours(text: string): Hours {
  const match = /^(\d\d):(\d\d)-(\d\d):(\d\d)$/.exec(text)
  if (match === null) throw new RangeError(`"${text}" are no hours; expected such as 09:00-17:00`)
  const [fromHour, fromMinute, toHour, toMinute] = match.slice(1).map(Number)
  return {
    fromMinute: (fromHour ?? 0) * 60 + (fromMinute ?? 0),
    toMinute: (toHour ?? 0) * 60 + (toMinute ?? 0),
  }
}

/** In rising order, none overlapping another, none over midnight. */
export function areOrderly(hours: readonly Hours[]): boolean {
  let lastMinute = 0
  for (const { fromMinute, toMinute } of hours) {
    if (fromMinute < lastMinute || toMinute <= fromMinute || toMinute > 1440) return false
    lastMinute = toMinute
  }
  return true
}
