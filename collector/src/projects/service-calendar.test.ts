import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addServiceTime,
  type CalendarName,
  dayLengthMs,
  inService,
  namedCalendar,
  type ServiceCalendar,
  serviceTimeBetween,
} from './service-calendar.ts'
import { WorkDays } from './work-days.ts'

const HOUR_MS = 3_600_000
const at = (text: string) => Date.parse(`${text}:00+08:00`)
const show = (timeMs: number) => new Date(timeMs + 8 * HOUR_MS).toISOString().slice(0, 16)

const workDays = new WorkDays()
const calendar = (name: CalendarName) => namedCalendar(name, workDays)
const split: ServiceCalendar = {
  days: 'workdays',
  hours: [
    { fromMinute: 8 * 60 + 30, toMinute: 12 * 60 },
    { fromMinute: 13 * 60, toMinute: 17 * 60 + 30 },
  ],
  workDays,
}

describe('whether service is given', () => {
  test.each([
    ['7x24', '2026-10-03T03:00', true],
    ['7x8', '2026-10-03T08:59', false],
    ['7x8', '2026-10-03T09:00', true],
    ['7x8', '2026-10-03T16:59', true],
    ['7x8', '2026-10-03T17:00', false],
    ['5x8', '2026-10-03T10:00', false],
    ['5x8', '2026-10-09T10:00', true],
    ['5x8', '2026-10-10T10:00', true],
    ['5x8', '2026-10-11T10:00', false],
  ] as const)('%s at %s: %s', (name, time, expected) => {
    expect(inService(calendar(name), at(time))).toBe(expected)
  })
})

describe('a deadline', () => {
  test.each([
    ['7x24', '2026-10-01T23:30', 8, '2026-10-02T07:30'],
    ['7x8', '2026-10-01T16:00', 8, '2026-10-02T16:00'],
    ['7x8', '2026-10-01T20:00', 1, '2026-10-02T10:00'],
    // Friday afternoon to Monday
    ['5x8', '2026-11-20T16:00', 8, '2026-11-23T16:00'],
    // at the end of the hours, not at the beginning of the next
    ['5x8', '2026-11-20T09:00', 8, '2026-11-20T17:00'],
    // over the National Day holiday; Saturday the 10th is worked
    ['5x8', '2026-09-30T16:30', 1, '2026-10-08T09:30'],
    ['5x8', '2026-10-09T16:30', 1, '2026-10-10T09:30'],
    // over the Spring Festival
    ['5x8', '2026-02-14T15:00', 16, '2026-02-25T15:00'],
    // two working days
    ['5x8', '2026-11-20T10:00', 16, '2026-11-24T10:00'],
    ['5x8', '2026-11-21T10:00', 16, '2026-11-24T17:00'],
  ] as const)('%s: from %s, %d hours on: %s', (name, start, hours, expected) => {
    expect(show(addServiceTime(calendar(name), at(start), hours * HOUR_MS))).toBe(expected)
  })

  test('leaves the midday break out', () => {
    expect(dayLengthMs(split)).toBe(8 * HOUR_MS)
    expect(show(addServiceTime(split, at('2026-11-20T11:30'), HOUR_MS))).toBe('2026-11-20T13:30')
    expect(serviceTimeBetween(split, at('2026-11-20T11:30'), at('2026-11-20T13:30'))).toBe(HOUR_MS)
  })

  test('there is none where no day is served', () => {
    const never = new WorkDays({
      years: Array.from({ length: 10 }, (_, index) => ({
        year: 2026 + index,
        document: 'x',
        holidays: [
          {
            name: { zh: 'x', en: 'x' },
            from: `${2026 + index}-01-01`,
            to: `${2026 + index}-12-31`,
          },
        ],
        workdays: [],
      })),
    })
    expect(addServiceTime(namedCalendar('5x8', never), at('2026-11-20T10:00'), HOUR_MS)).toBe(
      Infinity,
    )
  })
})

describe('working-time arithmetic', () => {
  const calendars = fc.constantFrom(
    calendar('7x24'),
    calendar('7x8'),
    calendar('5x8'),
    split,
    namedCalendar('5x8', new WorkDays({ timeZone: 'Europe/Berlin' })),
  )
  const times = fc.integer({
    min: Date.UTC(2025, 0, 1) / 1000,
    max: Date.UTC(2027, 11, 31) / 1000,
  })
  const moments = times.map((second) => second * 1000)
  const amounts = fc.integer({ min: 1, max: 200 * 3600 }).map((second) => second * 1000)

  test('a deadline is reached when its time has been served, and not before', () => {
    fc.assert(
      fc.property(calendars, moments, amounts, (one, startMs, amountMs) => {
        const deadlineMs = addServiceTime(one, startMs, amountMs)
        expect(serviceTimeBetween(one, startMs, deadlineMs)).toBe(amountMs)
        expect(serviceTimeBetween(one, startMs, deadlineMs - 1000)).toBe(amountMs - 1000)
      }),
    )
  })

  test('time served adds up, whatever the moment between', () => {
    fc.assert(
      fc.property(calendars, fc.array(moments, { minLength: 3, maxLength: 3 }), (one, given) => {
        const [a = 0, b = 0, c = 0] = given
          .map((ms) => Date.UTC(2026, 0) + (ms % 5e9))
          .toSorted((x, y) => x - y)
        expect(serviceTimeBetween(one, a, b) + serviceTimeBetween(one, b, c)).toBe(
          serviceTimeBetween(one, a, c),
        )
      }),
    )
  })

  test('never more is served than passes, and out of hours nothing', () => {
    fc.assert(
      fc.property(calendars, moments, amounts, (one, startMs, lengthMs) => {
        const served = serviceTimeBetween(one, startMs, startMs + lengthMs)
        expect(served).toBeLessThanOrEqual(lengthMs)
        expect(served > 0).toBe(
          inService(one, startMs) || addServiceTime(one, startMs, 1) <= startMs + lengthMs,
        )
        expect(serviceTimeBetween(one, startMs, startMs + 1000) > 0).toBe(
          inService(one, startMs) || inService(one, startMs + 999),
        )
      }),
    )
  })

  test('two pieces are one', () => {
    fc.assert(
      fc.property(calendars, moments, amounts, amounts, (one, startMs, first, second) => {
        expect(addServiceTime(one, addServiceTime(one, startMs, first), second)).toBe(
          addServiceTime(one, startMs, first + second),
        )
      }),
    )
  })
})
