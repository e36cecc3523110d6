import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CounterBook, type CounterShape } from './counter-book.ts'

const WRAP = 2 ** 32
const errors32: CounterShape = { bits: 32, mostPerSecond: 1e6 }
const bytes64: CounterShape = { bits: 64, mostPerSecond: 1e9 }

/** Reads one counter every 60 s; a step is its value, or its value and the device's uptime in seconds where that is not what follows. */
function readAll(
  steps: readonly (number | undefined | readonly [number, number])[],
  shape = bytes64,
) {
  const book = new CounterBook(1)
  return steps.map((step, at) => {
    const [value, upSeconds] = Array.isArray(step) ? step : [step, 1_000_000 + at * 60]
    book.begin(at * 60_000, upSeconds * 100)
    const { seconds, ...reading } = book.read('c', 0, value, shape)
    return { ...reading, seconds, recent: book.recent('c', 0) }
  })
}

const held = { value: undefined, growth: undefined, isReset: true }

describe('a counter', () => {
  test('has no growth at first, then what it grew by', () => {
    expect(readAll([100, 160, 160])).toMatchObject([
      { value: 100, growth: undefined, isReset: false, recent: undefined },
      { value: 160, growth: 60, seconds: 60, recent: 60 },
      { value: 160, growth: 0, seconds: 60, recent: 60 },
    ])
  })

  test('of 32 bits wraps', () => {
    expect(readAll([WRAP - 10, 5], errors32)[1]).toMatchObject({ value: 5, growth: 15 })
  })

  test('that was cleared is a gap of one interval, then goes on from there', () => {
    for (const shape of [errors32, bytes64]) {
      expect(readAll([5000, 0, 7, 9], shape)).toMatchObject([
        { value: 5000 },
        held,
        { value: 7, growth: 7, isReset: true },
        { value: 9, growth: 2, isReset: false },
      ])
    }
  })

  test('starts again with its device, without a growth', () => {
    const steps = [5000, [3, 20], [10, 80]] as const
    expect(readAll(steps)).toMatchObject([
      { value: 5000 },
      { value: 3, growth: undefined, isReset: true },
      { value: 10, growth: 7, isReset: false },
    ])
  })

  test('goes on where only the management of the device was restarted', () => {
    expect(readAll([5000, [5003, 20], [5010, 80]])).toMatchObject([
      { value: 5000 },
      { value: 5003, growth: undefined, isReset: false },
      { value: 5010, growth: 7 },
    ])
  })

  test('goes on when the uptime wraps after 497 days', () => {
    const before = WRAP / 100 - 30
    expect(
      readAll([
        [100, before],
        [130, 30],
        [150, 90],
      ] as const),
    ).toMatchObject([
      { value: 100 },
      { value: 130, growth: 30, isReset: false },
      { value: 150, growth: 20, isReset: false },
    ])
  })

  test.each([0, 2 ** 62, 1])('forgets a single garbled reading of %d', (garbled) => {
    expect(readAll([1000, garbled, 1060, 1070])).toMatchObject([
      { value: 1000 },
      held,
      { value: 1060, growth: 60, seconds: 120, isReset: false },
      { value: 1070, growth: 10, seconds: 60 },
    ])
  })

  test('is left out while it makes no sense run after run', () => {
    expect(readAll([1000, 0, 9e17, 3, 4])).toMatchObject([
      { value: 1000 },
      held,
      held,
      held,
      { value: 4, growth: 1, isReset: true },
    ])
  })

  test('that the device left out once keeps its growth', () => {
    expect(readAll([10, undefined, 30])).toMatchObject([
      { value: 10 },
      { value: undefined, growth: undefined, isReset: false },
      { value: 30, growth: 20, seconds: 120 },
    ])
  })

  test('of 32 bits says no growth after a time in which it may have gone round', () => {
    const book = new CounterBook(1)
    book.begin(0, 1e6)
    book.read('c', 0, 100, errors32)
    book.begin(7_200_000, 1e6 + 720_000)
    expect(book.read('c', 0, 90, errors32)).toMatchObject({ value: 90, growth: undefined })
  })

  test('forgets growth that is older than the window', () => {
    const steps = Array.from({ length: 15 }, (_, at) => at * 5)
    expect(readAll(steps).at(-1)).toMatchObject({ recent: 50 })
  })

  test('never grows by less than nothing or more than can be, whatever is read', () => {
    const reading = fc.oneof(fc.nat(), fc.maxSafeNat(), fc.constant(undefined))
    const upTime = fc.nat({ max: Math.floor(WRAP / 100) })
    const steps = fc.array(fc.tuple(reading, upTime), { maxLength: 30 })
    fc.assert(
      fc.property(steps, fc.constantFrom(errors32, bytes64), (all, shape) => {
        const book = new CounterBook(1)
        for (const [at, [value, up]] of all.entries()) {
          book.begin(at * 60_000, up * 100)
          const { growth, seconds, ...given } = book.read('c', 0, value, shape)
          if (given.value !== undefined) expect(given.value).toBe(value)
          if (growth === undefined || seconds === undefined) continue
          expect(growth).toBeGreaterThanOrEqual(0)
          expect(growth).toBeLessThanOrEqual(shape.mostPerSecond * (seconds + 5))
        }
      }),
    )
  })
})

test('counters of many things do not mix, however they are named', () => {
  const book = new CounterBook(3)
  const things = Array.from({ length: 40 }, (_, at) => (at % 2 === 0 ? at : `fc1/${at}`))
  for (const [run, addend] of [0, 7].entries()) {
    book.begin(run * 60_000, 1e8 + run * 6000)
    for (const [at, thing] of things.entries())
      for (const counter of [0, 1, 2]) {
        const { growth } = book.read(thing, counter, at * 1000 + counter * (1 + addend), bytes64)
        expect(growth).toBe(run === 0 ? undefined : counter * addend)
      }
  }
  expect(things.map((thing) => book.recent(thing, 2))).toEqual(things.map(() => 14))
})

test('growth that nobody asks for is not kept', () => {
  const book = new CounterBook(1)
  for (const [run, value] of [1, 5, 9].entries()) {
    book.begin(run * 60_000, 1e8 + run * 6000)
    book.read('c', 0, value, { ...bytes64, isRecalled: false })
  }
  expect(book.recent('c', 0)).toBeUndefined()
})
