import type { QuerySeries } from './api.ts'

/** A stretch of time cut into even steps. */
export interface TimeWindow {
  readonly fromMs: number
  readonly toMs: number
  readonly step: string
  readonly stepMs: number
}

/** The start of each step, epoch seconds. */
export function timesOf({ fromMs, toMs, stepMs }: TimeWindow): number[] {
  return Array.from(
    { length: Math.ceil((toMs - fromMs) / stepMs) },
    (_, index) => (fromMs + index * stepMs) / 1000,
  )
}

/** Puts points on the window's even grid; what is missing is null and is drawn as a gap. */
export function alignPoints(
  series: QuerySeries,
  { fromMs, toMs, stepMs }: TimeWindow,
): (number | null)[] {
  const values: (number | null)[] = Array.from(
    { length: Math.ceil((toMs - fromMs) / stepMs) },
    () => null,
  )
  for (const [timeMs, value] of series.points) {
    const index = Math.floor((timeMs - fromMs) / stepMs)
    if (index >= 0 && index < values.length) values[index] = value
  }
  return values
}

/** The window that ends at the newest step, aligned to the epoch as queries are; steps of `everySeconds` where those of the range are shorter. */
export function windowEnding(
  nowMs: number,
  range: { lengthMs: number; step: string; stepMs: number },
  everySeconds = 0,
): TimeWindow {
  const isLonger = everySeconds * 1000 > range.stepMs
  const stepMs = isLonger ? everySeconds * 1000 : range.stepMs
  const step = isLonger ? `${everySeconds}s` : range.step
  const toMs = Math.ceil(nowMs / stepMs) * stepMs
  return { fromMs: toMs - range.lengthMs, toMs, step, stepMs }
}
