import { expect, test } from 'vitest'

import { isQuiet, minuteOfDay, parseQuietHours, QUIET_HOURS_PATTERN } from './quiet-hours.ts'

test.each([
  { hours: '01:00-03:30', at: '00:59', quiet: false },
  { hours: '01:00-03:30', at: '01:00', quiet: true },
  { hours: '01:00-03:30', at: '03:29', quiet: true },
  { hours: '01:00-03:30', at: '03:30', quiet: false },
  { hours: '22:00-06:00', at: '23:59', quiet: true },
  { hours: '22:00-06:00', at: '05:59', quiet: true },
  { hours: '22:00-06:00', at: '06:00', quiet: false },
  { hours: '00:00-24:00', at: '23:59', quiet: true },
  { hours: '02:00-02:00', at: '02:00', quiet: false },
])('at $at within $hours: $quiet', ({ hours, at, quiet }) => {
  const [hour, minute] = at.split(':').map(Number)
  const atMs = new Date(2026, 10, 22, hour, minute).getTime()
  expect(isQuiet([parseQuietHours(hours)], minuteOfDay(atMs))).toBe(quiet)
})

test.each(['1:00-2:00', '25:00-26:00', '01:00', '01:60-02:00', '24:00-01:00', ''])(
  '"%s" are no quiet hours',
  (text) => {
    expect(text).not.toMatch(new RegExp(QUIET_HOURS_PATTERN))
  },
)

test('refuses what the pattern would have refused', () => {
  expect(() => parseQuietHours('tonight')).toThrow(RangeError)
})
