/** More points than this a trend is never told from. */
export const MAX_TREND_POINTS = 96

/** Fewer say nothing. */
const MIN_TREND_POINTS = 6

/** A line is believed while its points lie, in the median, within this part of what it moves by from the first to the last of them. */
const GOOD_FIT = 0.25
/** Points that lie further off than the line moves at all show no trend. */
const NO_TREND = 1

/** A line through points: value = level + slope × (time − atMs). NaN where the points allow none. */
export interface Trend {
  slope: number
  level: number
}

/**
 * Tells the line that most points agree on (Theil-Sen): the median of the slopes of all pairs. Up to 29 % of the points may be anything. Memory for
 * one fit at a time, used again for the next.
 */
export class TrendFit {
  readonly times = new Float64Array(MAX_TREND_POINTS)
  readonly values = new Float64Array(MAX_TREND_POINTS)
  readonly #scratch = new Float64Array((MAX_TREND_POINTS * (MAX_TREND_POINTS - 1)) / 2)

  /**
   * The line through the first `count` of `times` (rising) and `values`. Where the points lie around it so widely that it says nothing, its slope is
   * NaN; where they move up and down by more than it rises or falls from end to end, there is no trend: its slope is 0.
   */
  fit(count: number, atMs: number, into: Trend): void {
    if (count < MIN_TREND_POINTS) {
      into.slope = NaN
      into.level = NaN
      return
    }
    const slope = this.#medianSlope(count)
    const level = this.#medianLevel(count, slope, atMs)
    const change = Math.abs(slope * ((this.times[count - 1] ?? 0) - (this.times[0] ?? 0)))
    const spread = this.#medianDistance(count, slope, level, atMs)
    if (change === 0 || spread > change * NO_TREND) {
      into.slope = 0
      into.level = this.#medianLevel(count, 0, atMs)
    } else {
      into.slope = spread > change * GOOD_FIT ? NaN : slope
      into.level = level
    }
  }

  #medianSlope(count: number): number {
    const { times, values } = this
    let slopes = 0
    for (let i = 1; i < count; i++) {
      for (let j = 0; j < i; j++) {
        const apart = (times[i] ?? 0) - (times[j] ?? 0)
        this.#scratch[slopes++] = ((values[i] ?? 0) - (values[j] ?? 0)) / apart
      }
    }
    return medianOf(this.#scratch, slopes)
  }

  #medianLevel(count: number, slope: number, atMs: number): number {
    for (let i = 0; i < count; i++)
      this.#scratch[i] = (this.values[i] ?? 0) - slope * ((this.times[i] ?? 0) - atMs)
    return medianOf(this.#scratch, count)
  }

  #medianDistance(count: number, slope: number, level: number, atMs: number): number {
    for (let i = 0; i < count; i++) {
      const onLine = level + slope * ((this.times[i] ?? 0) - atMs)
      this.#scratch[i] = Math.abs((this.values[i] ?? 0) - onLine)
    }
    return medianOf(this.#scratch, count)
  }
}

/** The median of the first `count` numbers, which are put in another order; of an even count the mean of the two in the middle. */
export function medianOf(numbers: Float64Array, count: number): number {
  const upper = count >> 1
  const high = select(numbers, count, upper)
  if (count % 2 === 1) return high
  let low = -Infinity
  for (let i = 0; i < upper; i++) low = Math.max(low, numbers[i] ?? low)
  return (low + high) / 2
}

/** Quickselect: the number of the given rank; those before it stand before it. */
function select(numbers: Float64Array, count: number, rank: number): number {
  let left = 0
  let right = count - 1
  while (left < right) {
    const pivot = numbers[(left + right) >> 1] ?? 0
    let i = left
    let j = right
    while (i <= j) {
      while ((numbers[i] ?? 0) < pivot) i++
      while ((numbers[j] ?? 0) > pivot) j--
      if (i > j) break
      const swapped = numbers[i] ?? 0
      numbers[i++] = numbers[j] ?? 0
      numbers[j--] = swapped
    }
    if (rank <= j) right = j
    else if (rank >= i) left = i
    else break
  }
  return numbers[rank] ?? NaN
}
