const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const

/** A length of time as Prometheus writes it: the largest unit that leaves nothing over. */
export function formatPromDuration(ms: number): string {
  const whole = Math.round(ms)
  const unit = UNITS.find(([, size]) => whole % size === 0 && whole !== 0)
  return unit === undefined ? '0s' : `${whole / unit[1]}${unit[0]}`
}
