import { checkYaml } from '@wardround/program'
import { expect, test } from 'vitest'
import { parseDay } from './civil-day.ts'
import { CalendarSettings } from './schema/calendar-settings.ts'
import { findCalendarProblems, toWorkDays } from './site-calendar.ts'

const settings = (text: string) =>
  checkYaml(CalendarSettings, { file: 'collector.yaml', text }).value

test('a year that a site adds is known', () => {
  const workDays = toWorkDays(
    settings(
      'years: [{year: 2027, document: x, holidays: [{name: 元旦, from: 2027-01-01, to: 2027-01-03}], workdays: [2027-01-09]}]',
    ),
  )
  expect(workDays.knows(2027)).toBe(true)
  expect(workDays.isWorkdayOn(parseDay('2027-01-01') ?? 0)).toBe(false)
  expect(workDays.isWorkdayOn(parseDay('2027-01-09') ?? 0)).toBe(true)
  expect(workDays.nameOf(parseDay('2027-01-01') ?? 0)).toEqual({ zh: '元旦', en: '元旦' })
})

test.each([
  ['timeZone: Asia/Beijing', 'timeZone: there is no time zone "Asia/Beijing"'],
  [
    'years: [{year: 2027, document: x, holidays: []}, {year: 2027, document: y, holidays: []}]',
    'years.1.year: "2027" is there twice',
  ],
  [
    'years: [{year: 2027, document: x, holidays: [], workdays: [2026-01-04]}]',
    'years.0.workdays.0: 2026-01-04 is not in 2027',
  ],
  [
    'years: [{year: 2027, document: x, holidays: [{name: x, from: 2027-01-03, to: 2027-01-01}]}]',
    'years.0.holidays.0.to: 2027-01-01 is before the first day, 2027-01-03',
  ],
  ['days: [{day: 2026-02-30, kind: off}]', 'days.0.day: there is no 2026-02-30'],
])('%s', (yaml, problem) => {
  expect(
    findCalendarProblems(settings(yaml)).map(({ path, what }) => `${path.join('.')}: ${what.en}`),
  ).toEqual([problem])
})
