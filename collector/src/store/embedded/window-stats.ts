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

export function statColumn(columns: StatColumns, rows: number, stat: Stat): Float64Array {
  return columns.subarray(STAT[stat] * rows, (STAT[stat] + 1) * rows)
}

export interface WindowGrid {
  /** Starts of the windows, rising. */
  readonly starts: Float64Array
  readonly spanMs: number
}

/** The windows that hold at least one of the times. */
export function windowsOf(times: Float64Array, spanMs: number): WindowGrid {
  const starts: number[] = []
  for (const timeMs of times) {
    const startMs = Math.floor(timeMs / spanMs) * spanMs
    if (starts.at(-1) !== startMs) starts.push(startMs)
  }
  return { starts: Float64Array.from(starts), spanMs }
}

/** `decimals` of the values (−1: any double): sums are rounded to them, because 0.1 + 0.2 has seventeen digits and costs eight bytes. */
export interface SeriesTraits {
  readonly isCounter: boolean
  readonly decimals: number
}

/** Rolls the samples of one series up; `stats` has STATS × windows. */
export function rollUp(
  times: Float64Array,
  values: Float64Array,
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
    for (; row < times.length && times[row]! < endMs; row++) {
      const value = values[row]!
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

/** Rolls windows up to longer ones, whose starts are among `coarse`. */
export function rollUpWindows(
  fineStarts: Float64Array,
  fine: StatColumns,
  { starts, spanMs }: WindowGrid,
  { isCounter, decimals }: SeriesTraits,
  stats: StatColumns,
): void {
  const fineRows = fineStarts.length
  const rows = starts.length
  stats.fill(Number.NaN, 0, rows * STATS)
  let row = 0
  for (let window = 0; window < rows; window++) {
    const endMs = starts[window]! + spanMs
    for (; row < fineRows && fineStarts[row]! < endMs; row++) {
      if (Number.isNaN(fine[row]!)) continue
      addWindow(
        fine,
        fineRows,
        row,
        stats,
        rows,
        window,
        fineStarts[row]! - starts[window]!,
        isCounter,
      )
    }
    const at = (stat: number) => stat * rows + window
    stats[at(STAT.sum)] = roundTo(stats[at(STAT.sum)]!, decimals)
    stats[at(STAT.increase)] = roundTo(stats[at(STAT.increase)]!, decimals)
  }
}

function addWindow(
  fine: StatColumns,
  fineRows: number,
  row: number,
  stats: StatColumns,
  rows: number,
  window: number,
  offsetMs: number,
  isCounter: boolean,
): void {
  const from = (stat: number): number => fine[stat * fineRows + row]!
  const at = (stat: number): number => stat * rows + window
  const isFirst = Number.isNaN(stats[window]!)
  if (isFirst) {
    stats[at(STAT.count)] = 0
    stats[at(STAT.sum)] = 0
    if (isCounter) stats[at(STAT.increase)] = 0
    stats[at(STAT.first)] = from(STAT.first)
    stats[at(STAT.firstAt)] = from(STAT.firstAt) + offsetMs
    stats[at(STAT.min)] = from(STAT.min)
    stats[at(STAT.max)] = from(STAT.max)
  } else if (isCounter) {
    const last = stats[at(STAT.last)]!
    const first = from(STAT.first)
    stats[at(STAT.increase)]! += first >= last ? first - last : first
  }
  stats[at(STAT.count)]! += from(STAT.count)
  stats[at(STAT.sum)]! += from(STAT.sum)
  if (isCounter) stats[at(STAT.increase)]! += from(STAT.increase)
  stats[at(STAT.min)] = Math.min(stats[at(STAT.min)]!, from(STAT.min))
  stats[at(STAT.max)] = Math.max(stats[at(STAT.max)]!, from(STAT.max))
  stats[at(STAT.last)] = from(STAT.last)
  stats[at(STAT.lastAt)] = from(STAT.lastAt) + offsetMs
}

function roundTo(value: number, decimals: number): number {
  if (decimals < 0) return value
  const power = powerOfTen(decimals)
  const scaled = value * power
  return Math.abs(scaled) < Number.MAX_SAFE_INTEGER ? Math.round(scaled) / power : value
}
