const WRAP = 2 ** 32
/** The answer that the time was taken from may be so much older than the run, and a device's clock a little off. */
const TOLERANCE_TICKS = 12_000

/**
 * Whether a device ran on between two readings of sysUpTime (hundredths of a second, which start again at 0 after 497 days), rather than
 * being restarted.
 */
export function upTimeWentOn(beforeTicks: number, nowTicks: number, elapsedMs: number): boolean {
  const elapsedTicks = elapsedMs / 10
  const expected = (beforeTicks + elapsedTicks) % WRAP
  const away = Math.abs(nowTicks - expected)
  return Math.min(away, WRAP - away) <= TOLERANCE_TICKS + elapsedTicks * 0.1
}

/**
 * How long a device has been up, in seconds, where its own dates say how often the 497 days went round.
 * @param bySpan what the device's date of today less that of its start gives; an hour off where the clocks were changed
 */
export function wholeUpTime(ticks: number, bySpanSeconds: number | undefined): number {
  const rounds = Math.round(((bySpanSeconds ?? 0) * 100 - ticks) / WRAP)
  return (ticks + Math.max(0, rounds) * WRAP) / 100
}
