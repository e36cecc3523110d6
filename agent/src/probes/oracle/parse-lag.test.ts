import { expect, test } from 'vitest'

import { parseInterval, parseStandbyDate } from './parse-lag.ts'

test.each([
  ['+00 00:00:00', 0],
  ['+00 00:03:05', 185],
  ['+02 01:00:01.250', 2 * 86_400 + 3_601.25],
  ['+123 00:00:00', 123 * 86_400],
  ['-00 00:00:05', -5],
  ['-00 00:00:00', 0],
  ['+00 00:00:07.000 ', 7],
])('%s is %d s', (text, seconds) => {
  expect(parseInterval(text)).toBe(seconds)
})

test.each(['', 'NULL', '00:03:05', '+00 0:3:5', '+00 00:00:00 more', '+1e3 00:00:00'])(
  '%j is no interval',
  (text) => {
    expect(parseInterval(text)).toBeUndefined()
  },
)

test('reads a date of the standby', () => {
  expect(parseStandbyDate('11/22/2026 13:05:59')).toBe(Date.UTC(2026, 10, 22, 13, 5, 59))
})

test.each(['', '22-NOV-26', '2026-11-22 13:05:59'])('%j is no date of the standby', (text) => {
  expect(parseStandbyDate(text)).toBeUndefined()
})
