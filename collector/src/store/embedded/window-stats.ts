import { isRepeated } from './column.ts'
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
  /** The row after the last one of each window. */
  readonly rowEnds: Uint32Array
}

/** The windows that hold at least one of the times. */
export function windowsOf(times: Float64Array, rows: number, spanMs: number): WindowGrid {
  const starts: number[] = []
  const rowEnds: number[] = []
  let endMs = -Infinity
  for (let row = 0; row < rows; row++) {
    if (times[row]! >= endMs) {
      if (row > 0) rowEnds.push(row)
      const startMs = Math.floor(times[row]! / spanMs) * spanMs
      starts.push(startMs)
      endMs = startMs + spanMs
    }
  }
  rowEnds.push(rows)
  return { starts: Float64Array.from(starts), rowEnds: Uint32Array.from(rowEnds) }
}

/** `decimals` of the values (−1: any double): sums are rounded to them, because 0.1 + 0.2 has seventeen digits and costs eight bytes. */
export interface SeriesTraits {
  readonly isCounter: boolean
  readonly decimals: number
}

/** Rolls up the samples of one series, which begin at `at` in `values`; `stats` has STATS × windows. */
export function rollUp(
  times: Float64Array,
  values: Float64Array,
  at: number,
  { starts, rowEnds }: WindowGrid,
  { isCounter, decimals }: SeriesTraits,
  stats: StatColumns,
): void {
  const windows = starts.length
  const repeats = isRepeated(values, at, rowEnds[windows - 1]!)
  let from = 0
  for (let window = 0; window < windows; window++) {
    const to = rowEnds[window]!
    if (repeats) repeatWindow(values[at]!, at + from, at + to)
    else rollUpWindow(values, at + from, at + to, isCounter)
    const { count } = rolled
    const put = (stat: number, value: number): void => {
      stats[stat * windows + window] = count === 0 ? Number.NaN : value
    }
    put(STAT.count, count)
    put(STAT.firstAt, times[rolled.firstAt - at]! - starts[window]!)
    put(STAT.lastAt, times[rolled.lastAt - at]! - starts[window]!)
    put(STAT.first, values[rolled.firstAt]!)
    put(STAT.last, values[rolled.lastAt]!)
    put(STAT.min, rolled.min)
    put(STAT.max, rolled.max)
    put(STAT.sum, roundTo(rolled.sum, decimals))
    put(STAT.increase, isCounter ? roundTo(rolled.increase, decimals) : Number.NaN)
    from = to
  }
}

/** What rollUpWindow found; one object, so that a window allocates none. */
const rolled = { count: 0, firstAt: 0, lastAt: 0, min: 0, max: 0, sum: 0, increase: 0 }

/** As rollUpWindow for values that are all the same. */
function repeatWindow(value: number, from: number, to: number): void {
  rolled.count = to - from
  rolled.firstAt = from
  rolled.lastAt = to - 1
  rolled.min = value
  rolled.max = value
  rolled.sum = value * (to - from)
  rolled.increase = 0
}

function rollUpWindow(values: Float64Array, from: number, to: number, isCounter: boolean): void {
  let first = from
  while (first < to && Number.isNaN(values[first]!)) first++
  let count = 0
  let last = first
  let min = Infinity
  let max = -Infinity
  let sum = 0
  let increase = 0
  let before = values[first]!
  for (let i = first; i < to; i++) {
    const value = values[i]!
    if (Number.isNaN(value)) continue
    count++
    last = i
    sum += value
    if (value < min) min = value
    if (value > max) max = value
    if (isCounter) increase += value >= before ? value - before : value
    before = value
  }
  rolled.count = count
  rolled.firstAt = first
  rolled.lastAt = last
  rolled.min = min
  rolled.max = max
  rolled.sum = sum
  rolled.increase = increase
}

/** Rolls up the windows of one series, whose stats begin at `at` in `fine`, to longer ones. */
export function rollUpWindows(
  fineStarts: Float64Array,
  fineRows: number,
  fine: StatColumns,
  at: number,
  { starts, rowEnds }: WindowGrid,
  { isCounter, decimals }: SeriesTraits,
  stats: StatColumns,
): void {
  const rows = starts.length
  stats.fill(Number.NaN, 0, rows * STATS)
  const cell = new Float64Array(STATS)
  let row = 0
  for (let window = 0; window < rows; window++) {
    cell.fill(Number.NaN)
    for (; row < rowEnds[window]!; row++) {
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
