import { expect, test } from 'vitest'
import { type ClockReading, readClockError } from './clock-error.ts'

const minute = 60_000
const received = 1_700_000_000_000

/** Reads a series of errors, each with the round trip of a ping between it and the one before. */
function readAll(
  readings: readonly { error: number; age?: number; roundTrip?: number }[],
): ClockReading[] {
  let previous: ClockReading | undefined
  return readings.map(({ error, age = 0, roundTrip: roundTripMs }) => {
    const newestMs = received - age + error
    previous = readClockError(
      { newestMs, ageMs: age, receivedAtMs: received, roundTripMs },
      previous,
    )
    return previous
  })
}

test.each([
  { note: 'a clock that is right stands', readings: [{ error: 0, age: 200 }], corrected: [false] },
  { note: 'two seconds ahead stand', readings: [{ error: 2_000 }], corrected: [false] },
  { note: 'more ahead is corrected at once', readings: [{ error: 2_001 }], corrected: [true] },
  {
    note: 'ten minutes ahead are corrected at once',
    readings: [{ error: 10 * minute }],
    corrected: [true],
  },
  {
    note: 'ten minutes behind are corrected at once',
    readings: [{ error: -10 * minute }],
    corrected: [true],
  },
  {
    note: 'batches that a stalled line delayed keep their times',
    readings: [
      { error: 0 },
      { error: -30_000 },
      { error: -20_000 },
      { error: -10_000 },
      { error: 0 },
    ],
    corrected: [false, false, false, false, false],
  },
  {
    note: 'a delay that stays is not believed while pings are as slow',
    readings: [
      { error: -3_000 },
      { error: -3_100, roundTrip: 3_000 },
      { error: -3_050, roundTrip: 2_900 },
    ],
    corrected: [false, false, false],
  },
  {
    note: 'a clock that is behind by the same twice, on a fast line, is corrected',
    readings: [{ error: -30_000 }, { error: -30_400, roundTrip: 20 }],
    corrected: [false, true],
  },
  {
    note: 'a clock known to be behind keeps its correction when a batch is late on top',
    readings: [
      { error: -30_000 },
      { error: -30_000, roundTrip: 20 },
      { error: -45_000 },
      { error: -30_010 },
    ],
    corrected: [false, true, true, true],
  },
  {
    note: 'a clock that was set right stands again',
    readings: [{ error: 10 * minute }, { error: 0 }],
    corrected: [true, false],
  },
  {
    note: 'an old batch of a right clock stands',
    readings: [{ error: 0, age: 7 * 24 * 60 * minute }],
    corrected: [false],
  },
  {
    note: 'an old batch of a wrong clock is corrected',
    readings: [{ error: 60 * minute, age: 24 * 60 * minute }],
    corrected: [true],
  },
])('$note', ({ readings, corrected }) => {
  expect(readAll(readings).map((reading) => reading.corrected)).toEqual(corrected)
})

test('a delay on top of a known error does not change it', () => {
  const readings = [{ error: -30_000 }, { error: -30_000, roundTrip: 20 }, { error: -45_000 }]
  expect(readAll(readings).at(-1)).toMatchObject({ measuredMs: -45_000, errorMs: -30_000 })
})

test('batches that agree are corrected by nearly the same, so that intervals keep their length', () => {
  const jitter = [0, 80, -60, 120, 40]
  const errors = readAll(jitter.map((delay) => ({ error: 10 * minute - delay })))
  const spread = errors.map(({ errorMs }) => errorMs)
  expect(Math.max(...spread) - Math.min(...spread)).toBeLessThanOrEqual(30)
})
