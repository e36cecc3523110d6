import fc from 'fast-check'
import { expect, test } from 'vitest'

import { formatLocal, formatOffset, latestWindow } from './exchange-window.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const SHANGHAI = 'Asia/Shanghai'

function windowOf(at: string, windowMs: number, settleMs = 2 * HOUR, zone = SHANGHAI) {
  const { fromMs, toMs } = latestWindow(Date.parse(at), windowMs, settleMs, zone)
  return [formatLocal(fromMs, zone), formatLocal(toMs, zone)]
}

test.each([
  ['2026-11-22T03:00:00+08:00', DAY, ['2026-11-21 00:00:00', '2026-11-22 00:00:00']],
  ['2026-11-22T01:59:59+08:00', DAY, ['2026-11-20 00:00:00', '2026-11-21 00:00:00']],
  ['2026-11-22T02:00:00+08:00', DAY, ['2026-11-21 00:00:00', '2026-11-22 00:00:00']],
  ['2026-11-22T14:30:00+08:00', HOUR, ['2026-11-22 11:00:00', '2026-11-22 12:00:00']],
  ['2026-11-22T14:30:00+08:00', 6 * HOUR, ['2026-11-22 06:00:00', '2026-11-22 12:00:00']],
  ['2026-11-25T14:30:00+08:00', 7 * DAY, ['2026-11-16 00:00:00', '2026-11-23 00:00:00']],
])('at %s a window of %d ms', (at, windowMs, expected) => {
  expect(windowOf(at, windowMs)).toEqual(expected)
})

test.each([
  ['2026-03-30T12:00:00+02:00', ['2026-03-29 00:00:00', '2026-03-30 00:00:00'], 23 * HOUR],
  ['2026-10-26T12:00:00+01:00', ['2026-10-25 00:00:00', '2026-10-26 00:00:00'], 25 * HOUR],
])('a day on which clocks change, seen at %s', (at, expected, lengthMs) => {
  expect(windowOf(at, DAY, 0, 'Europe/Berlin')).toEqual(expected)
  const { fromMs, toMs } = latestWindow(Date.parse(at), DAY, 0, 'Europe/Berlin')
  expect(toMs - fromMs).toBe(lengthMs)
})

test('the offset as it is written behind a time', () => {
  expect(formatOffset(0, SHANGHAI)).toBe('+08:00')
  expect(formatOffset(0, 'UTC')).toBe('+00:00')
  expect(formatOffset(Date.UTC(2026, 0), 'America/St_Johns')).toBe('-03:30')
})

test('windows follow on each other without a gap, and the last one is over', () => {
  const zones = fc.constantFrom(SHANGHAI, 'UTC', 'Europe/Berlin', 'America/St_Johns')
  const times = fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2035, 0) })
  fc.assert(
    fc.property(times, zones, fc.constantFrom(DAY, 7 * DAY), (nowMs, zone, windowMs) => {
      const { fromMs, toMs } = latestWindow(nowMs, windowMs, HOUR, zone)
      expect(toMs).toBeLessThanOrEqual(nowMs - HOUR)
      expect(toMs).toBeGreaterThan(nowMs - windowMs - 3 * HOUR)
      expect(latestWindow(fromMs, windowMs, 0, zone).toMs).toBe(fromMs)
    }),
    { numRuns: 200 },
  )
})
