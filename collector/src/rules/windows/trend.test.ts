import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_TREND_POINTS, medianOf, TrendFit } from './trend.ts'

/** The trend of values that come once an hour. */
function trendOf(values: readonly number[]) {
  const fit = new TrendFit()
  values.forEach((value, index) => {
    fit.times[index] = index * 3_600_000
    fit.values[index] = value
  })
  const trend = { slope: NaN, level: NaN }
  fit.fit(values.length, (values.length - 1) * 3_600_000, trend)
  return { perHour: trend.slope * 3_600_000, level: trend.level }
}

const hours = (count: number, valueAt: (hour: number) => number) =>
  Array.from({ length: count }, (_, hour) => valueAt(hour))

/** Noise that is the same every time. */
const noise = (hour: number) => Math.sin(hour * 12.9898) * 0.5

describe('a trend', () => {
  test('follows a line', () => {
    const { perHour, level } = trendOf(hours(24, (hour) => 40 + 2 * hour))
    expect(perHour).toBeCloseTo(2, 9)
    expect(level).toBeCloseTo(86, 9)
  })

  test('is not led astray by a quarter of the points', () => {
    const { perHour } = trendOf(hours(96, (hour) => (hour % 4 === 1 ? 900 : 40 + 2 * hour)))
    expect(perHour).toBeCloseTo(2, 1)
  })

  test('is flat where points move up and down and nowhere', () => {
    expect(trendOf(hours(96, (hour) => 40 + noise(hour))).perHour).toBe(0)
    expect(trendOf(hours(96, () => 40))).toEqual({ perHour: 0, level: 40 })
  })

  test('is not told where points lie far from the line that most of them agree on', () => {
    expect(trendOf(hours(24, (hour) => 40 + 0.1 * hour + 4 * noise(hour))).perHour).toBeNaN()
  })

  test('is not told from fewer than six points', () => {
    expect(trendOf([1, 2, 3, 4, 5]).perHour).toBeNaN()
    expect(trendOf([1, 2, 3, 4, 5, 6]).perHour).toBeCloseTo(1, 9)
  })

  test('has the median of all slopes for its own', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 6, maxLength: MAX_TREND_POINTS }),
        (wobbles) => {
          const values = wobbles.map((wobble, hour) => wobble + 100 * hour)
          const slopes = values.flatMap((value, i) =>
            values.slice(0, i).map((before, j) => (value - before) / (i - j)),
          )
          expect(trendOf(values).perHour).toBeCloseTo(medianBySorting(slopes), 6)
        },
      ),
      { numRuns: 50 },
    )
  })
})

test('the median is that of the sorted numbers', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1 }), (numbers) => {
      expect(medianOf(Float64Array.from(numbers), numbers.length)).toBe(medianBySorting(numbers))
    }),
  )
})

function medianBySorting(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
