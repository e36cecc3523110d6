import { expect, test } from 'vitest'
import { compileTimes, type TimeSpan } from './time-condition.ts'

/** Works Monday to Friday, and on Saturday the 10th instead of Friday the 9th (调休). */
const CALENDAR = {
  isWorkdayOn: (day: number) => {
    const date = new Date(day * 86_400_000).toISOString().slice(0, 10)
    if (date === '2026-10-10') return true
    return date !== '2026-10-09' && ![0, 6].includes(new Date(date).getUTCDay())
  },
}

function holds(span: TimeSpan | readonly TimeSpan[], time: string, zone = 'Asia/Shanghai') {
  const spans = [span].flat() as readonly TimeSpan[]
  return compileTimes(spans, zone, () => CALENDAR)(Date.parse(time))
}

const OFFICE: TimeSpan = { days: 'workday', from: '08:30', to: '17:30' }
const NIGHT: TimeSpan = { days: 'workday', from: '20:00', to: '08:00' }

test.each<[string, TimeSpan | readonly TimeSpan[], string, boolean]>([
  ['begins at its minute', OFFICE, '2026-10-08T08:30:00+08:00', true],
  ['not a second before', OFFICE, '2026-10-08T08:29:59+08:00', false],
  ['is over at its end', OFFICE, '2026-10-08T17:30:00+08:00', false],
  ['not on a day off', OFFICE, '2026-10-09T10:00:00+08:00', false],
  ['on a Saturday worked for it', OFFICE, '2026-10-10T10:00:00+08:00', true],
  ['a night goes on past midnight', NIGHT, '2026-10-09T07:59:00+08:00', true],
  ['and belongs to the day on which it began', NIGHT, '2026-10-10T07:59:00+08:00', false],
  ['one that begins on a day off is none', NIGHT, '2026-10-09T21:00:00+08:00', false],
  ['to midnight', { from: '20:00', to: '24:00' }, '2026-10-08T23:59:59+08:00', true],
  ['to midnight, no longer', { from: '20:00', to: '24:00' }, '2026-10-09T00:00:00+08:00', false],
  ['from midnight where it says nothing', { to: '08:00' }, '2026-10-08T00:00:00+08:00', true],
  ['by day of the week', { weekdays: ['sat'] }, '2026-10-10T00:00:00+08:00', true],
  ['by the zone’s day', { weekdays: ['sat'] }, '2026-10-09T16:00:00Z', true],
  ['any of several', [OFFICE, { weekdays: ['sun'] }], '2026-10-11T03:00:00+08:00', true],
  ['none of several', [OFFICE, { weekdays: ['sun'] }], '2026-10-10T18:00:00+08:00', false],
])('%s', (_, span, time, expected) => {
  expect(holds(span, time)).toBe(expected)
})

test('by the clock on the wall when that is set forward', () => {
  const span: TimeSpan = { from: '03:00', to: '04:00' }
  expect(holds(span, '2026-03-29T00:59:00Z', 'Europe/Berlin')).toBe(false)
  expect(holds(span, '2026-03-29T01:00:00Z', 'Europe/Berlin')).toBe(true)
})
