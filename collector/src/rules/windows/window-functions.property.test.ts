import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { counterGrowth } from './counter-growth.ts'
import type { FunctionName } from '../language/expression.ts'
import type { PointFunction } from './point-function.ts'
import { WindowFunctions } from './window-functions.ts'

const WINDOW_MS = 600_000
const GAP_MS = 300_000
/** The length of a bucket of a window of ten minutes. */
const PART_MS = WINDOW_MS / 62
const SLACK_MS = 1000

interface Sample {
  readonly timeMs: number
  readonly value: number
}

function functionOf(name: FunctionName, windowMs = WINDOW_MS): PointFunction {
  return {
    key: name,
    name,
    field: 'f',
    from: 0,
    cell: 1,
    windowMs,
    limit: NaN,
    limitCell: -1,
    bits: 32,
    everyMs: 10_000,
    gapMs: GAP_MS,
  }
}

/** What each function gives, told from all samples that ever came. */
const REFERENCES: Partial<
  Readonly<Record<FunctionName, (inWindow: readonly Sample[], windowMs: number) => number>>
> = {
  increase: (samples, windowMs) =>
    spanOf(samples) < windowMs / 2 - SLACK_MS ? NaN : growthOf(samples),
  rate: (samples, windowMs) =>
    spanOf(samples) < windowMs / 2 - SLACK_MS ? NaN : (growthOf(samples) / spanOf(samples)) * 1000,
  delta: (samples, windowMs) =>
    spanOf(samples) < windowMs / 2 - SLACK_MS ? NaN : samples.at(-1)!.value - samples[0]!.value,
  avg: ofValues((values) => values.reduce((sum, value) => sum + value, 0) / values.length),
  min: ofValues((values) => Math.min(...values)),
  max: ofValues((values) => Math.max(...values)),
}

function ofValues(tell: (values: readonly number[]) => number) {
  return (samples: readonly Sample[], windowMs: number) => {
    const steps = samples.slice(1).map(({ timeMs }, index) => timeMs - samples[index]!.timeMs)
    const covered = steps.filter((step) => step <= GAP_MS + PART_MS).reduce((a, b) => a + b, 0)
    return covered < windowMs / 2 - SLACK_MS ? NaN : tell(samples.map(({ value }) => value))
  }
}

function spanOf(samples: readonly Sample[]): number {
  return samples.length === 0 ? 0 : samples.at(-1)!.timeMs - samples[0]!.timeMs
}

function growthOf(samples: readonly Sample[]): number {
  let growth = 0
  for (let index = 1; index < samples.length; index++)
    growth += counterGrowth(samples[index - 1]!.value, samples[index]!.value, 32)
  return growth
}

const NAMES = ['increase', 'rate', 'delta', 'avg', 'min', 'max'] as const

/** Steps of time with gaps, repeats and times that go back; values that rise, fall, and go round at 2^32. */
function series(stepsMs: fc.Arbitrary<number>): fc.Arbitrary<Sample[]> {
  const step = fc.record({
    stepMs: fc.oneof(
      { weight: 20, arbitrary: stepsMs },
      { weight: 1, arbitrary: fc.constantFrom(0, -5000, -700_000) },
      { weight: 1, arbitrary: fc.integer({ min: 200_000, max: 1_500_000 }) },
    ),
    rise: fc.oneof(
      { weight: 15, arbitrary: fc.integer({ min: 0, max: 1000 }) },
      { weight: 1, arbitrary: fc.constantFrom('reset', 'near 2^32') },
    ),
  })
  return fc.array(step, { minLength: 1, maxLength: 150 }).map((steps) => {
    let timeMs = 1.7e12
    let newestMs = timeMs
    let value = 100
    return steps.map(({ stepMs, rise }) => {
      timeMs = (stepMs > 0 ? newestMs : timeMs) + stepMs
      newestMs = Math.max(newestMs, timeMs)
      if (rise === 'reset') value = 3
      else value = (rise === 'near 2^32' ? 2 ** 32 - 500 : value + rise) % 2 ** 32
      return { timeMs, value }
    })
  })
}

/** Feeds the samples; calls `check` after each with what is told, and with what came so far in order. */
function feed(
  fn: PointFunction,
  samples: readonly Sample[],
  check: (told: number, seen: readonly Sample[], isNew: boolean) => void,
): void {
  const functions = new WindowFunctions()
  const seen: Sample[] = []
  for (const { timeMs, value } of samples) {
    const isNew = seen.length === 0 || timeMs > seen.at(-1)!.timeMs
    if (isNew) seen.push({ timeMs, value })
    check(functions.observe(fn, 0, timeMs, value, NaN), seen, isNew)
  }
}

function within(seen: readonly Sample[], windowMs: number): Sample[] {
  const sinceMs = seen.at(-1)!.timeMs - windowMs
  return seen.filter(({ timeMs }) => timeMs >= sinceMs)
}

test.each(NAMES)('%s gives what all samples of its window give', (name) => {
  const reference = REFERENCES[name]!
  fc.assert(
    fc.property(series(fc.integer({ min: 9700, max: 90_000 })), (samples) => {
      feed(functionOf(name), samples, (told, seen, isNew) => {
        const expected = isNew ? reference(within(seen, WINDOW_MS + SLACK_MS), WINDOW_MS) : NaN
        if (Number.isNaN(expected)) expect(told).toBeNaN()
        else expect(Math.abs(told - expected)).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(expected)))
      })
    }),
    { numRuns: 200 },
  )
})

test('a window of many samples is blurred at its far end alone, by a 62nd of its length', () => {
  const bounds = {
    increase: growthOf,
    min: (samples: readonly Sample[]) => Math.min(...samples.map(({ value }) => value)),
    max: (samples: readonly Sample[]) => Math.max(...samples.map(({ value }) => value)),
  }
  fc.assert(
    fc.property(
      fc.constantFrom('increase', 'min', 'max'),
      series(fc.integer({ min: 500, max: 9000 })),
      (name, samples) => {
        feed(functionOf(name, WINDOW_MS / 4), samples, (told, seen) => {
          if (Number.isNaN(told)) return
          const [narrow, wide] = [-1, 1].map((side) =>
            bounds[name](within(seen, WINDOW_MS / 4 + SLACK_MS + (side * PART_MS) / 4 + side)),
          )
          expect(told).toBeGreaterThanOrEqual(Math.min(narrow!, wide!))
          expect(told).toBeLessThanOrEqual(Math.max(narrow!, wide!))
        })
      },
    ),
    { numRuns: 200 },
  )
})

test('rate without a window is told from the last two samples', () => {
  fc.assert(
    fc.property(series(fc.integer({ min: 1000, max: 90_000 })), (samples) => {
      feed(functionOf('rate', 0), samples, (told, seen, isNew) => {
        const pair = seen.slice(-2)
        const isKnown = isNew && pair.length === 2 && spanOf(pair) <= GAP_MS
        if (isKnown) expect(told).toBeCloseTo((growthOf(pair) / spanOf(pair)) * 1000, 9)
        else expect(told).toBeNaN()
      })
    }),
    { numRuns: 200 },
  )
})

test.each(NAMES)('%s goes on from history as if its samples had come', (name) => {
  const splits = fc.tuple(fc.nat(60), fc.nat(20))
  fc.assert(
    fc.property(series(fc.integer({ min: 9700, max: 90_000 })), splits, (all, [from, later]) => {
      const samples = all.filter(({ timeMs }, index) =>
        all.slice(0, index).every((before) => before.timeMs < timeMs),
      )
      const fn = functionOf(name)
      const [whole, filled] = [new WindowFunctions(), new WindowFunctions()]
      samples.forEach(({ timeMs, value }, index) => {
        const expected = whole.observe(fn, 0, timeMs, value, NaN)
        // The past is known when some samples have come already.
        if (index === from + later)
          filled.fill(fn, 0, historyOf(samples.slice(0, from + 1)), timeMs)
        const told = index < from ? NaN : filled.observe(fn, 0, timeMs, value, NaN)
        if (index < from + later) return
        if (Number.isNaN(expected)) expect(told).toBeNaN()
        else expect(Math.abs(told - expected)).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(expected)))
      })
    }),
    { numRuns: 200 },
  )
})

function historyOf(samples: readonly Sample[]) {
  return {
    times: Float64Array.from(samples, ({ timeMs }) => timeMs),
    values: Float64Array.from(samples, ({ value }) => value),
    counts: new Float64Array(samples.length).fill(1),
  }
}

test('the mean of a step of history weighs as many samples as it is of', () => {
  const functions = new WindowFunctions()
  const fn = functionOf('avg')
  const history = historyOf([0, 1, 2, 3].map((step) => ({ timeMs: step * 120_000, value: 10 })))
  functions.fill(fn, 0, { ...history, counts: history.counts.fill(12) }, 480_000)
  for (let index = 0; index < 11; index++)
    functions.observe(fn, 0, 480_000 + index * 10_000, 70, NaN)
  expect(functions.observe(fn, 0, 590_000, 70, NaN)).toBeCloseTo((48 * 10 + 12 * 70) / 60, 9)
})

test('a state takes no more memory however many samples come', () => {
  const functions = new WindowFunctions()
  const fn = functionOf('avg')
  for (let index = 0; index < 1000; index++) functions.observe(fn, 0, index * 10_000, 1, NaN)
  const { bytes } = functions
  for (let index = 1000; index < 200_000; index++)
    functions.observe(fn, 0, index * 10_000 + index, 1, NaN)
  expect(functions.bytes).toBe(bytes)
})
