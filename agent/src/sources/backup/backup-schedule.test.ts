import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { overdue, readSchedule } from './backup-schedule.ts'
import { isTimeZone } from '@wardround/program/running'
import { parseLocalTimes, timesBetween } from './local-times.ts'

const HOUR = 3_600_000
const at = (text: string) => Date.parse(text)
const daily = readSchedule({ schedule: '1d', grace: '2h' })

describe('by period', () => {
  const endMs = at('2026-11-20T02:00:00Z')
  test.each([
    ['in time', 26, 0, 0],
    ['a minute past the grace', 26 + 1 / 60, 60, 1],
    ['a day missing', 49, 23 * 3600, 1],
    ['two periods and the grace', 50, 24 * 3600, 2],
    ['a week', 26 + 7 * 24, 7 * 24 * 3600, 8],
  ])('%s: %d h after the last', (_name, hours, lateSeconds, periods) => {
    const late = overdue(daily, { startMs: undefined, endMs }, endMs + hours * HOUR)
    expect(late).toEqual({ lateMs: expect.closeTo(lateSeconds * 1000, 3), periods })
  })

  test('a clock that went back makes nothing late', () => {
    expect(overdue(daily, { startMs: undefined, endMs }, endMs - 90 * 24 * HOUR)).toEqual({
      lateMs: 0,
      periods: 0,
    })
  })
})

describe('by the clock', () => {
  const nightly = readSchedule({ at: '02:00', timezone: 'Asia/Shanghai', grace: '2h' })

  test('has its period', () => {
    expect(nightly.periodMs).toBe(24 * HOUR)
    expect(readSchedule({ at: 'sat 03:30' }).periodMs).toBe(7 * 24 * HOUR)
    expect(readSchedule({ at: 'mon,thu 22:00' }).periodMs).toBe(3.5 * 24 * HOUR)
  })

  test.each([
    ['before the grace has passed', '2026-11-22T03:59:59+08:00', 0, 0],
    ['no run today', '2026-11-22T04:30:00+08:00', 1800, 1],
    ['none for two days', '2026-11-23T04:00:01+08:00', 24 * 3600 + 1, 2],
  ])('%s', (_name, now, lateSeconds, periods) => {
    const last = {
      startMs: at('2026-11-21T02:00:05+08:00'),
      endMs: at('2026-11-21T02:40:00+08:00'),
    }
    expect(overdue(nightly, last, at(now))).toEqual({ lateMs: lateSeconds * 1000, periods })
  })

  test('a run of yesterday that ended this morning is not today’s', () => {
    const last = {
      startMs: at('2026-11-21T02:00:00+08:00'),
      endMs: at('2026-11-22T03:00:00+08:00'),
    }
    expect(overdue(nightly, last, at('2026-11-22T05:00:00+08:00')).periods).toBe(1)
  })

  test('one that began some minutes early is that of its time', () => {
    const startMs = at('2026-11-22T01:50:00+08:00')
    const last = { startMs, endMs: startMs + HOUR }
    expect(overdue(nightly, last, at('2026-11-22T23:00:00+08:00')).periods).toBe(0)
  })

  test('days of the week', () => {
    const times = parseLocalTimes('mon,sat 03:30', 'Asia/Shanghai')
    const found = timesBetween(times, at('2026-11-15T00:00:00Z'), at('2026-11-23T00:00:00Z'), 10)
    expect(found.map((time) => new Date(time).toISOString())).toEqual([
      '2026-11-15T19:30:00.000Z',
      '2026-11-20T19:30:00.000Z',
      '2026-11-22T19:30:00.000Z',
    ])
  })

  test('a day on which the clocks change has one run all the same', () => {
    const times = parseLocalTimes('02:30', 'Europe/Berlin')
    const spring = timesBetween(times, at('2026-03-28T12:00:00Z'), at('2026-03-30T12:00:00Z'), 10)
    expect(spring.map((time) => new Date(time).toISOString())).toEqual([
      '2026-03-29T01:30:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ])
    const autumn = timesBetween(times, at('2026-10-24T12:00:00Z'), at('2026-10-26T12:00:00Z'), 10)
    expect(autumn).toHaveLength(2)
  })

  test('time zones that there are none of', () => {
    expect(isTimeZone('Asia/Shanghai')).toBe(true)
    expect(isTimeZone('Asia/Beijin')).toBe(false)
  })
})

test('the more time goes by, the later it is', () => {
  const zones = fc.constantFrom('Asia/Shanghai', 'Europe/Berlin', 'America/St_Johns', 'UTC')
  const texts = fc.constantFrom('02:00', '23:59', 'sun 00:00', 'tue,fri 12:30')
  const start = at('2026-01-01T00:00:00Z')
  fc.assert(
    fc.property(
      texts,
      zones,
      fc.nat(300 * 24),
      fc.nat(60 * 24),
      fc.nat(24),
      (text, timezone, h, d, e) => {
        const schedule = readSchedule({ at: text, timezone, grace: '2h' })
        const last = { startMs: undefined, endMs: start + h * HOUR }
        const sooner = overdue(schedule, last, last.endMs + d * HOUR)
        const later = overdue(schedule, last, last.endMs + (d + e) * HOUR)
        expect(later.lateMs).toBeGreaterThanOrEqual(sooner.lateMs)
        expect(later.periods).toBeGreaterThanOrEqual(sooner.periods)
        // a period and its grace gone by without a success is always late
        const past = overdue(schedule, last, last.endMs + 8 * 24 * HOUR + 3 * HOUR)
        expect(past.periods).toBeGreaterThan(0)
      },
    ),
    { numRuns: 60 },
  )
})
