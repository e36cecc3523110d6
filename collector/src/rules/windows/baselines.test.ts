import { expect, test } from 'vitest'
import { Baselines } from './baselines.ts'

const HOUR_MS = 3_600_000
const NOW_MS = Date.UTC(2026, 10, 22, 4, 20)

/** Hourly means of the hours before now: `valueAt` by how many hours ago one began before the present hour. */
function history(hours: number, valueAt: (hoursAgo: number) => number | undefined) {
  const known = Array.from({ length: hours }, (_, index) => hours - index).flatMap((hoursAgo) => {
    const value = valueAt(hoursAgo)
    const middleMs = Math.floor(NOW_MS / HOUR_MS) * HOUR_MS - (hoursAgo - 0.5) * HOUR_MS
    return value === undefined ? [] : [{ middleMs, value }]
  })
  return {
    times: Float64Array.from(known, ({ middleMs }) => middleMs),
    values: Float64Array.from(known, ({ value }) => value),
    counts: new Float64Array(known.length).fill(1),
  }
}

test('the baseline of an hour is the median of the same hour of seven days', () => {
  const baselines = new Baselines()
  baselines.fill(
    0,
    history(168, (ago) => (ago % 24 === 0 ? ago / 24 : 100)),
    NOW_MS,
  )
  expect(baselines.at(0, NOW_MS)).toBe(4)
  expect(baselines.at(0, NOW_MS + HOUR_MS)).toBe(100)
  expect(baselines.at(1, NOW_MS)).toBeNaN()
})

test('four days of the seven are enough, three are not', () => {
  const baselines = new Baselines()
  const lately = (days: number) => history(168, (ago) => (ago <= days * 24 ? 5 : undefined))
  baselines.fill(0, lately(4), NOW_MS)
  expect(baselines.at(0, NOW_MS)).toBe(5)
  baselines.fill(0, lately(3), NOW_MS)
  expect(baselines.at(0, NOW_MS)).toBeNaN()
})

test('what was told last is good for the coming day, and no longer', () => {
  const baselines = new Baselines()
  baselines.fill(
    0,
    history(168, () => 5),
    NOW_MS,
  )
  expect(baselines.at(0, NOW_MS + 23 * HOUR_MS)).toBe(5)
  expect(baselines.at(0, NOW_MS + 24 * HOUR_MS)).toBeNaN()
  expect(baselines.at(0, NOW_MS - HOUR_MS)).toBeNaN()
})
