import { expect, test } from 'vitest'

import { RecentTally } from './recent-tally.ts'

const MINUTE_MS = 60_000

test('ten minutes back are recent; in all, everything counts', () => {
  const tally = new RecentTally()
  for (let minute = 0; minute < 30; minute++) tally.add(minute * MINUTE_MS)
  expect(tally.total).toBe(30)
  expect(tally.recent(29 * MINUTE_MS)).toBe(10)
  expect(tally.recent(35 * MINUTE_MS)).toBe(4)
  expect(tally.recent(39 * MINUTE_MS)).toBe(0)
})

test('what a clock counted before it was set back is forgotten', () => {
  const tally = new RecentTally()
  tally.add(50 * MINUTE_MS)
  tally.add(20 * MINUTE_MS)
  expect(tally.recent(20 * MINUTE_MS)).toBe(1)
  expect(tally.recent(50 * MINUTE_MS)).toBe(0)
  expect(tally.total).toBe(2)
})
