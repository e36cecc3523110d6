const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec'
const DATE = /^"?\w{3} (\w{3}) +(\d{1,2}) (\d\d):(\d\d):(\d\d) (\d{4})"?$/

/**
 * A date as the switch writes it, `Thu Nov 24 13:54:01 2016`, by its own clock and in its own time zone: seconds that are good for the
 * difference of two. undefined for what is none.
 */
export function switchDateSeconds(text: string | undefined): number | undefined {
  const [, month = '', day, hour, minute, second, year] = DATE.exec(text ?? '') ?? []
  const place = MONTHS.indexOf(month)
  if (month === '' || place % 3 !== 0) return undefined
  const numbers = [year, place / 3, day, hour, minute, second].map(Number)
  const [y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0] = numbers
  return Date.UTC(y, mo, d, h, mi, s) / 1000
}

/** How long the switch has been up by its own dates. */
export function upSpanSeconds(
  bootDate: string | undefined,
  currentDate: string | undefined,
): number | undefined {
  const from = switchDateSeconds(bootDate)
  const to = switchDateSeconds(currentDate)
  return from === undefined || to === undefined ? undefined : to - from
}
