import { describe, expect, test } from 'vitest'
import { CHINA_HOLIDAYS } from './china-holidays.ts'
import { formatDay, isWeekend, parseDay, yearOf } from './civil-day.ts'
import { missingYear, WorkDays } from './work-days.ts'

const noon = (day: string) => Date.parse(`${day}T12:00:00+08:00`)
const workDays = new WorkDays()

describe('holidays of China', () => {
  /** From Monday to Friday and off, or on a weekend and worked: every other day is as the week has it. */
  test.each([
    [
      2025,
      '01-01 01-28 01-29 01-30 01-31 02-03 02-04 04-04 05-01 05-02 05-05 06-02 10-01 10-02 10-03 10-06 10-07 10-08',
      '01-26 02-08 04-27 09-28 10-11',
    ],
    [
      2026,
      '01-01 01-02 02-16 02-17 02-18 02-19 02-20 02-23 04-06 05-01 05-04 05-05 06-19 09-25 10-01 10-02 10-05 10-06 10-07',
      '01-04 02-14 02-28 05-09 09-20 10-10',
    ],
  ])('%d, each day of it', (year, off, worked) => {
    const otherwise = { off: [] as string[], worked: [] as string[] }
    for (let day = parseDay(`${year}-01-01`) ?? 0; yearOf(day) === year; day++) {
      const isWorked = workDays.isWorkdayOn(day)
      const monthAndDay = formatDay(day).slice(5)
      if (isWeekend(day) && isWorked) otherwise.worked.push(monthAndDay)
      if (!isWeekend(day) && !isWorked) otherwise.off.push(monthAndDay)
    }
    expect(otherwise).toEqual({ off: off.split(' '), worked: worked.split(' ') })
  })

  /** Since 2025 the law gives 13 days; a notice moves weekends about, and gives no more and no less. */
  test.each(CHINA_HOLIDAYS.map((year) => [year.year, year] as const))(
    '%d gives the 13 days of the law',
    (_, { holidays, workdays }) => {
      const daysOff = holidays.flatMap(({ from, to }) => {
        const first = parseDay(from) ?? Number.NaN
        const last = parseDay(to) ?? Number.NaN
        return Array.from({ length: last - first + 1 }, (_day, index) => first + index)
      })
      const gained = daysOff.filter((day) => !isWeekend(day)).length - workdays.length
      expect(gained).toBe(13)
      expect(workdays.every((day) => isWeekend(parseDay(day) ?? 0))).toBe(true)
    },
  )

  test('a day says why it is off or worked', () => {
    const nameOf = (day: string) => workDays.nameOf(parseDay(day) ?? 0)?.zh
    expect(nameOf('2026-10-01')).toBe('国庆节')
    expect(nameOf('2026-10-10')).toBe('调休上班')
    expect(nameOf('2026-10-12')).toBeUndefined()
  })
})

test('the day is that of the zone', () => {
  // The last hours of Sunday the 4th of January 2026 in China, worked, and the first of them in UTC.
  expect(workDays.isWorkday(Date.parse('2026-01-03T15:59:59Z'))).toBe(false)
  expect(workDays.isWorkday(Date.parse('2026-01-03T16:00:00Z'))).toBe(true)
  expect(new WorkDays({ timeZone: 'UTC' }).isWorkday(Date.parse('2026-01-03T16:00:00Z'))).toBe(
    false,
  )
})

describe('what is not known', () => {
  test('is Monday to Friday', () => {
    expect(workDays.knows(2027)).toBe(false)
    expect(workDays.isWorkday(noon('2027-10-01'))).toBe(true)
    expect(workDays.isWorkday(noon('2027-10-02'))).toBe(false)
  })

  test.each([
    ['2026-11-30', undefined],
    ['2026-12-01', 2027],
    ['2027-03-01', 2027],
    ['2025-12-31', undefined],
  ])('on %s it is missed: %s', (day, year) => {
    expect(missingYear(workDays, noon(day))).toBe(year)
  })
})

describe("a site's own days", () => {
  test('a year that it gives takes the place of ours', () => {
    const name = { zh: '某节', en: 'some feast' }
    const own = new WorkDays({
      years: [
        {
          year: 2026,
          document: 'x',
          holidays: [{ name, from: '2026-03-02', to: '2026-03-03' }],
          workdays: ['2026-03-07'],
        },
        { year: 2027, document: 'y', holidays: [], workdays: [] },
      ],
    })
    expect(
      ['2026-03-02', '2026-03-03', '2026-03-04', '2026-03-07', '2026-10-01'].map((day) =>
        own.isWorkday(noon(day)),
      ),
    ).toEqual([false, false, true, true, true])
    expect(own.knows(2027)).toBe(true)
    expect(own.isWorkday(noon('2025-10-01'))).toBe(false)
  })

  test('a single day is changed', () => {
    const own = new WorkDays({
      days: [
        { day: '2026-10-01', kind: 'work' },
        { day: '2026-10-12', kind: 'off' },
      ],
    })
    expect(
      ['2026-10-01', '2026-10-02', '2026-10-12'].map((day) => own.isWorkday(noon(day))),
    ).toEqual([true, false, false])
  })
})

test.each([
  ['2026-02-29', undefined],
  ['2024-02-29', 19_782],
  ['26-02-28', undefined],
  ['2026-13-01', undefined],
  ['1970-01-01', 0],
])('the day %s is %s', (text, day) => {
  expect(parseDay(text)).toBe(day)
})
