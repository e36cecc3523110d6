const INTERVAL = /^([+-])(\d+) (\d{2}):(\d{2}):(\d{2}(?:\.\d+)?)$/
const DATE = /^(\d{2})\/(\d{2})\/(\d{4}) (\d{2}):(\d{2}):(\d{2})$/

/** Seconds of an interval as V$DATAGUARD_STATS writes it, `+00 00:03:05.250`; undefined for anything else. */
export function parseInterval(text: string): number | undefined {
  const [, sign, ...parts] = INTERVAL.exec(text.trim()) ?? []
  const [days, hours, minutes, seconds] = parts.map(Number)
  if (days === undefined || hours === undefined || minutes === undefined || seconds === undefined)
    return undefined
  const total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
  return sign === '-' && total !== 0 ? -total : total
}

/** A date as V$DATAGUARD_STATS writes it, `11/22/2026 13:05:59`, in ms of the server's own clock; undefined for anything else. */
export function parseStandbyDate(text: string): number | undefined {
  const parts = DATE.exec(text.trim())?.slice(1).map(Number) ?? []
  const [month, day, year, hours, minutes, seconds] = parts
  return month === undefined || year === undefined
    ? undefined
    : Date.UTC(year, month - 1, day, hours, minutes, seconds)
}
