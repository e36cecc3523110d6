import { powerOfTen } from './decimal-scale.ts'

/**
 * What a rollup keeps of one series in one window. A rollup part has these columns for each series of its set, in this order, and a row per
 * window; NaN where the window has no sample. Times are relative to the window's start, so that they are the same in every window.
 */
export const STAT = {
  count: 0,
  firstAt: 1,
  lastAt: 2,
  first: 3,
  min: 4,
  last: 5,
  max: 6,
  sum: 7,
  /** Counters alone: what it rose from the first to the last sample, resets taken out. */
  increase: 8,
} as const
export const STATS = 9

export type Stat = keyof typeof STAT

/** The windows of one series: `rows` values of each stat, one stat after the other. */
export type StatColumns = Float64Array

export interface WindowGrid {
  /** Starts of the windows, rising. */
  readonly starts: Float64Array
  readonly spanMs: number
}

/** The windows that hold at least one of the times. */
export function windowsOf(times: Float64Array, rows: number, spanMs: number): WindowGrid {
  const starts: number[] = []
  let endMs = -Infinity
  for (let row = 0; row < rows; row++) {
    if (times[row]! < endMs) continue
    const startMs = Math.floor(times[row]! / spanMs) * spanMs
    starts.push(startMs)
    endMs = startMs + spanMs
  }
  return { starts: Float64Array.from(starts), spanMs }
}

/** `decimals` of the values (−1: any double): sums are rounded to them, because 0.1 + 0.2 has seventeen digits and costs eight bytes. */
export interface SeriesTraits {
  readonly isCounter: boolean
  readonly decimals: number
}

/** Rolls up the samples of one series, which begin at `at` in `values`; `stats` has STATS × windows. */
export function rollUp(
  times: Float64Array,
  samples: number,
  values: Float64Array,
  at: number,
  { starts, spanMs }: WindowGrid,
  { isCounter, decimals }: SeriesTraits,
  stats: StatColumns,
): void {
  const rows = starts.length
  stats.fill(Number.NaN, 0, rows * STATS)
  let row = 0
  for (let window = 0; window < rows; window++) {
    const startMs = starts[window]!
    const endMs = startMs + spanMs
    let count = 0
    let first = 0
    let last = 0
    let firstAt = 0
    let lastAt = 0
    let min = Infinity
    let max = -Infinity
    let sum = 0
    let increase = 0
    for (; row < samples && times[row]! < endMs; row++) {
      const value = values[at + row]!
      if (Number.isNaN(value)) continue
      if (count === 0) {
        first = value
        firstAt = times[row]!
      } else if (isCounter) {
        increase += value >= last ? value - last : value
      }
      count++
      last = value
      lastAt = times[row]!
      if (value < min) min = value
      if (value > max) max = value
      sum += value
    }
    if (count === 0) continue
    stats[window] = count
    stats[STAT.firstAt * rows + window] = firstAt - startMs
    stats[STAT.lastAt * rows + window] = lastAt - startMs
    stats[STAT.first * rows + window] = first
    stats[STAT.min * rows + window] = min
    stats[STAT.last * rows + window] = last
    stats[STAT.max * rows + window] = max
    stats[STAT.sum * rows + window] = roundTo(sum, decimals)
    if (isCounter) stats[STAT.increase * rows + window] = roundTo(increase, decimals)
  }
}

/** Rolls up the windows of one series, whose stats begin at `at` in `fine`, to longer ones. */
export function rollUpWindows(
  fineStarts: Float64Array,
  fineRows: number,
  fine: StatColumns,
  at: number,
  { starts, spanMs }: WindowGrid,
  { isCounter, decimals }: SeriesTraits,
  stats: StatColumns,
): void {
  const rows = starts.length
  stats.fill(Number.NaN, 0, rows * STATS)
  const cell = new Float64Array(STATS)
  let row = 0
  for (let window = 0; window < rows; window++) {
    const endMs = starts[window]! + spanMs
    cell.fill(Number.NaN)
    for (; row < fineRows && fineStarts[row]! < endMs; row++) {
      const offsetMs = fineStarts[row]! - starts[window]!
      const from = (stat: number): number => fine[at + stat * fineRows + row]!
      if (!Number.isNaN(from(STAT.count))) addWindow(cell, from, offsetMs, isCounter)
    }
    cell[STAT.sum] = roundTo(cell[STAT.sum]!, decimals)
    cell[STAT.increase] = roundTo(cell[STAT.increase]!, decimals)
    for (let stat = 0; stat < STATS; stat++) stats[stat * rows + window] = cell[stat]!
  }
}

function addWindow(
  cell: Float64Array,
  from: (stat: number) => number,
  offsetMs: number,
  isCounter: boolean,
): void {
  if (Number.isNaN(cell[STAT.count]!)) {
    for (let stat = 0; stat < STATS; stat++) cell[stat] = from(stat)
    cell[STAT.firstAt]! += offsetMs
  } else {
    const [last, first] = [cell[STAT.last]!, from(STAT.first)]
    const step = isCounter && first < last ? first : first - last
    cell[STAT.increase]! += step + from(STAT.increase)
    cell[STAT.count]! += from(STAT.count)
    cell[STAT.sum]! += from(STAT.sum)
    cell[STAT.min] = Math.min(cell[STAT.min]!, from(STAT.min))
    cell[STAT.max] = Math.max(cell[STAT.max]!, from(STAT.max))
    cell[STAT.last] = from(STAT.last)
  }
  cell[STAT.lastAt] = from(STAT.lastAt) + offsetMs
}

function roundTo(value: number, decimals: number): number {
  if (decimals < 0) return value
  const power = powerOfTen(decimals)
  const scaled = value * power
  return Math.abs(scaled) < Number.MAX_SAFE_INTEGER ? Math.round(scaled) / power : value
}
