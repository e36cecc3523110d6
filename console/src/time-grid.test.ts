import { expect, test } from 'vitest'
import { alignPoints, windowEnding } from './time-grid.ts'

test('a missing window is a gap, not a line', () => {
  const window = { fromMs: 0, toMs: 50_000, step: '10s', stepMs: 10_000 }
  const points = [
    [0, 1],
    [10_000, 2],
    [40_000, 5],
  ] as const
  expect(alignPoints({ tags: {}, points }, window)).toEqual([1, 2, null, null, 5])
})

test('points outside the window are left out', () => {
  const window = { fromMs: 10_000, toMs: 30_000, step: '10s', stepMs: 10_000 }
  const points = [
    [0, 1],
    [10_000, 2],
    [30_000, 4],
  ] as const
  expect(alignPoints({ tags: {}, points }, window)).toEqual([2, null])
})

test('a window ends on a step of the epoch and has the length that was asked for', () => {
  const window = windowEnding(1_000_123, { lengthMs: 900_000, step: '10s', stepMs: 10_000 })
  expect(window).toEqual({ fromMs: 110_000, toMs: 1_010_000, step: '10s', stepMs: 10_000 })
})

test('a probe that runs once a minute is drawn in steps of a minute', () => {
  const range = { lengthMs: 900_000, step: '10s', stepMs: 10_000 }
  expect(windowEnding(1_000_123, range, 60)).toEqual({
    fromMs: 120_000,
    toMs: 1_020_000,
    step: '60s',
    stepMs: 60_000,
  })
})
