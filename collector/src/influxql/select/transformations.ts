import type { Points } from './data-source.ts'

/** What a transformation is given besides its points. */
export interface TransformationArguments {
  /** Of derivatives and `elapsed`, ms. */
  readonly unitMs: number
  /** Of moving averages: how many values. */
  readonly count: number
}

type Transform = (
  points: Points,
  given: TransformationArguments,
) => Pick<Points, 'times' | 'values'>

const TRANSFORM: Readonly<Record<string, Transform>> = {
  derivative: (points, { unitMs }) => derivative(points, unitMs, false),
  non_negative_derivative: (points, { unitMs }) => derivative(points, unitMs, true),
  difference: (points) => pairs(points, (change) => change),
  non_negative_difference: (points) =>
    pairs(points, (change) => (change < 0 ? Number.NaN : change)),
  elapsed: (points, { unitMs }) => elapsed(points, unitMs),
  moving_average: (points, { count }) => movingAverage(points, count),
  cumulative_sum: cumulativeSum,
}

export function isTransformation(name: string): boolean {
  return Object.hasOwn(TRANSFORM, name)
}

/** Of the values that there are; NaN is none. */
export function transform(name: string, points: Points, given: TransformationArguments): Points {
  const { times, values } = TRANSFORM[name]!(withoutGaps(points), given)
  return { tags: points.tags, times, values }
}

function withoutGaps(points: Points): Points {
  const { times, values } = points
  const isThere = (_: number, row: number): boolean => !Number.isNaN(values[row]!)
  if (values.every((value) => !Number.isNaN(value))) return points
  return { tags: points.tags, times: times.filter(isThere), values: values.filter(isThere) }
}

function derivative(points: Points, unitMs: number, isNonNegative: boolean) {
  return pairs(points, (change, ms) => {
    const value = change / (ms / unitMs)
    return isNonNegative && value < 0 ? Number.NaN : value
  })
}

/** Of each value and the one before, at the time of the later one. Of several at one time the first counts. */
function pairs(
  { times, values }: Points,
  make: (change: number, ms: number) => number,
): Pick<Points, 'times' | 'values'> {
  const madeAt: number[] = []
  const made: number[] = []
  let before = 0
  for (let row = 1; row < times.length; row++) {
    if (times[row] === times[before]) continue
    const value = make(values[row]! - values[before]!, times[row]! - times[before]!)
    if (!Number.isNaN(value)) {
      madeAt.push(times[row]!)
      made.push(value)
    }
    before = row
  }
  return { times: Float64Array.from(madeAt), values: Float64Array.from(made) }
}

/** Whole units since the value before. */
function elapsed({ times }: Points, unitMs: number): Pick<Points, 'times' | 'values'> {
  const later = times.slice(1)
  return { times: later, values: later.map((at, row) => Math.trunc((at - times[row]!) / unitMs)) }
}

function movingAverage({ times, values }: Points, count: number): Pick<Points, 'times' | 'values'> {
  const first = count - 1
  if (times.length < count) return { times: new Float64Array(), values: new Float64Array() }
  const averages = new Float64Array(times.length - first)
  let sum = 0
  for (const [row, value] of values.entries()) {
    sum += row < count ? value : value - values[row - count]!
    if (row >= first) averages[row - first] = sum / count
  }
  return { times: times.slice(first), values: averages }
}

function cumulativeSum({ times, values }: Points): Pick<Points, 'times' | 'values'> {
  let sum = 0
  return { times, values: values.map((value) => (sum += value)) }
}
