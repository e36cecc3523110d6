import { nearestRank } from '@wardround/query'
import type { Points } from './data-source.ts'
import type { TimeGrid } from './time-grid.ts'

/** A value made of others, and the row that it is of where it is one of them. */
interface Made {
  readonly value: number
  readonly row?: number | undefined
}

/** Of the values of rows [from, to) of a group, of which none is NaN. Undefined: there is none. */
type Make = (points: Points, from: number, to: number, argument: number) => Made | undefined

const MAKE: Readonly<Record<string, Make>> = {
  mean: (points, from, to) => ({ value: sum(points, from, to) / (to - from) }),
  sum: (points, from, to) => ({ value: sum(points, from, to) }),
  count: (_points, from, to) => ({ value: to - from }),
  min: (points, from, to) => best(points, from, to, (value, than) => value < than),
  max: (points, from, to) => best(points, from, to, (value, than) => value > than),
  first: (points, from, to) => edge(points, from, to, from),
  last: (points, from, to) => edge(points, from, to, to - 1),
  median: ({ values }, from, to) => ({ value: median(values.slice(from, to).toSorted()) }),
  spread: (points, from, to) => {
    const own = points.values.subarray(from, to)
    return { value: extreme(own, Math.max) - extreme(own, Math.min) }
  },
  stddev: (points, from, to) => deviation(points, from, to),
  mode: ({ values }, from, to) => ({ value: mode(values.slice(from, to).toSorted()) }),
  percentile: percentileOf,
}

/** Functions that give one of the values, with its time. */
const SELECTORS = new Set(['min', 'max', 'first', 'last', 'percentile'])

export function isWindowFunction(name: string): boolean {
  return Object.hasOwn(MAKE, name)
}

export function isSelector(name: string): boolean {
  return SELECTORS.has(name)
}

export interface Applied {
  readonly name: string
  readonly argument?: number | undefined
}

/** The value of each window of a group that has one. */
export function applyByWindow({ name, argument = 0 }: Applied, points: Points, grid: TimeGrid) {
  const times: number[] = []
  const values: number[] = []
  const rows = points.times.length
  for (let from = 0; from < rows;) {
    const startMs = grid.startOf(points.times[from]!)
    let to = from + 1
    while (to < rows && grid.startOf(points.times[to]!) === startMs) to++
    const made = MAKE[name]!(points, from, to, argument)
    if (made !== undefined) {
      times.push(startMs)
      values.push(made.value)
    }
    from = to
  }
  return { tags: points.tags, times: Float64Array.from(times), values: Float64Array.from(values) }
}

/** One value of all; its time is that of the value that was chosen, or `atMs` where none was. */
export function applyToAll(
  { name, argument = 0 }: Applied,
  points: Points,
  atMs: number,
): Points | undefined {
  const rows = points.times.length
  const made = rows === 0 ? undefined : MAKE[name]!(points, 0, rows, argument)
  if (made === undefined) return undefined
  return {
    tags: points.tags,
    times: Float64Array.of(made.row === undefined ? atMs : points.times[made.row]!),
    values: Float64Array.of(made.value),
  }
}

function sum({ values }: Points, from: number, to: number): number {
  let total = 0
  for (let row = from; row < to; row++) total += values[row]!
  return total
}

/** The earliest of those that no other is better than. */
function best(
  { values }: Points,
  from: number,
  to: number,
  isBetter: (value: number, than: number) => boolean,
): Made {
  let found = from
  for (let row = from + 1; row < to; row++) if (isBetter(values[row]!, values[found]!)) found = row
  return { value: values[found]!, row: found }
}

/** Of several at the time of a row the greatest. */
function edge({ times, values }: Points, from: number, to: number, at: number): Made {
  let found = at
  for (let row = from; row < to; row++) {
    if (times[row] === times[at] && values[row]! > values[found]!) found = row
  }
  return { value: values[found]!, row: found }
}

function extreme(values: Float64Array, choose: (a: number, b: number) => number): number {
  return values.reduce((a, b) => choose(a, b))
}

function median(sorted: Float64Array): number {
  const middle = Math.floor(sorted.length / 2)
  if (sorted.length % 2 === 1) return sorted[middle]!
  const low = sorted[middle - 1]!
  return low + (sorted[middle]! - low) / 2
}

/** Of a sample; of a single value it is there and null. */
function deviation(points: Points, from: number, to: number): Made {
  const count = to - from
  if (count < 2) return { value: Number.NaN }
  const mean = sum(points, from, to) / count
  let squares = 0
  for (let row = from; row < to; row++) squares += (points.values[row]! - mean) ** 2
  return { value: Math.sqrt(squares / (count - 1)) }
}

/** The lowest of the most frequent. */
function mode(sorted: Float64Array): number {
  let found = sorted[0]!
  let most = 0
  for (let from = 0; from < sorted.length;) {
    let to = from + 1
    while (to < sorted.length && sorted[to] === sorted[from]) to++
    if (to - from > most) {
      most = to - from
      found = sorted[from]!
    }
    from = to
  }
  return found
}

function percentileOf(
  { values }: Points,
  from: number,
  to: number,
  percentile: number,
): Made | undefined {
  const own = values.slice(from, to)
  const rank = Math.floor((own.length * percentile) / 100 + 0.5)
  if (rank < 1 || rank > own.length) return undefined
  const value = nearestRank(own.toSorted(), percentile)
  return { value, row: from + own.indexOf(value) }
}
