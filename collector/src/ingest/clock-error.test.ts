import { expect, test } from 'vitest'
import { readClockError } from './clock-error.ts'

const minute = 60_000
const received = 1_700_000_000_000

test.each([
  {
    note: 'a clock that is right stands',
    error: 0,
    age: 200,
    previous: undefined,
    corrected: false,
  },
  {
    note: 'two seconds ahead stand',
    error: 2_000,
    age: 200,
    previous: undefined,
    corrected: false,
  },
  { note: 'more ahead is corrected at once', error: 2_001, age: 0, previous: 0, corrected: true },
  {
    note: 'ten minutes ahead are corrected',
    error: 10 * minute,
    age: 0,
    previous: undefined,
    corrected: true,
  },
  {
    note: 'ten minutes behind are corrected at once',
    error: -10 * minute,
    age: 0,
    previous: undefined,
    corrected: true,
  },
  {
    note: 'a batch that a stalled line delayed keeps its time',
    error: -30_000,
    age: 0,
    previous: 0,
    corrected: false,
  },
  {
    note: 'the next of that burst keeps its time too',
    error: -20_000,
    age: 0,
    previous: -30_000,
    corrected: false,
  },
  {
    note: 'a clock that is behind by the same twice is corrected',
    error: -30_000,
    age: 0,
    previous: -30_400,
    corrected: true,
  },
  {
    note: 'an old batch of a right clock stands',
    error: 0,
    age: 7 * 24 * 60 * minute,
    previous: 0,
    corrected: false,
  },
  {
    note: 'an old batch of a wrong clock is corrected',
    error: 60 * minute,
    age: 24 * 60 * minute,
    previous: 0,
    corrected: true,
  },
])('$note', ({ error, age, previous, corrected }) => {
  const reading = readClockError(
    { newestMs: received - age + error, ageMs: age, receivedAtMs: received },
    previous,
  )
  expect(reading.corrected).toBe(corrected)
  if (previous === undefined) expect(reading.errorMs).toBe(error)
})

test('batches that agree are corrected by nearly the same, so that intervals keep their length', () => {
  const jitter = [0, 80, -60, 120, 40]
  let previous: number | undefined
  const errors = jitter.map((delay) => {
    const reading = readClockError(
      { newestMs: received + 10 * minute, ageMs: 0, receivedAtMs: received + delay },
      previous,
    )
    previous = reading.errorMs
    return reading.errorMs
  })
  expect(Math.max(...errors) - Math.min(...errors)).toBeLessThanOrEqual(30)
})
