import { afterEach, expect, test } from 'vitest'
import { formatTime } from './format.ts'
import { foreignZone, timeZone, wallTime } from './wall-time.ts'

const TIME = Date.parse('2026-11-22T23:05:07Z')

afterEach(() => (timeZone.value = undefined))

test.each([
  ['Asia/Shanghai', '2026-11-23', '07:05:07'],
  ['America/New_York', '2026-11-22', '18:05:07'],
  ['UTC', '2026-11-22', '23:05:07'],
])('the clocks of %s', (zone, date, time) => {
  expect(wallTime(TIME, zone)).toEqual({ date, time })
})

test('times are those of the site, whatever the browser’s zone is', () => {
  timeZone.value = 'Asia/Shanghai'
  expect(formatTime(TIME, TIME + 3_600_000)).toBe('07:05:07')
  timeZone.value = 'America/New_York'
  expect(formatTime(TIME, TIME + 6 * 3_600_000)).toBe('2026-11-22 18:05:07')
})

test('the zone is named where the browser’s clocks show another time', () => {
  const own = new Intl.DateTimeFormat().resolvedOptions().timeZone
  expect(foreignZone.value).toBeUndefined()
  timeZone.value = own
  expect(foreignZone.value).toBeUndefined()
  const other = wallTime(TIME).time === wallTime(TIME, 'Asia/Tokyo').time ? 'UTC' : 'Asia/Tokyo'
  timeZone.value = other
  expect(foreignZone.value).toBe(other)
})

test('a zone that the browser does not know leaves its own', () => {
  expect(wallTime(TIME, 'No/Such')).toEqual(wallTime(TIME))
})
