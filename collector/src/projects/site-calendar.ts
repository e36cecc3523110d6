import { isTimeZone, type LocalizedText } from '@wardround/program'
import { parseDay, yearOf } from './civil-day.ts'
import { type Path, ProjectProblems, type ProjectProblem } from './project-problems.ts'
import type { CalendarSettings } from './schema/calendar-settings.ts'
import { type ChangedDay, WorkDays } from './work-days.ts'

/** What a site, or a customer of it, calls a day is the same in both languages. */
function inBoth(name: string): LocalizedText {
  return { zh: name, en: name }
}

export function toChangedDay({ day, kind, name }: CalendarSettings['days'][number]): ChangedDay {
  return { day, kind, name: name === undefined ? undefined : inBoth(name) }
}

/** The working days of a site; `more` are days that one customer changes. */
export function toWorkDays(
  { timeZone, years, days }: CalendarSettings,
  more: readonly ChangedDay[] = [],
): WorkDays {
  return new WorkDays({
    timeZone,
    years: years.map(({ holidays, ...year }) => ({
      ...year,
      holidays: holidays.map((holiday) => ({ ...holiday, name: inBoth(holiday.name) })),
    })),
    days: [...days.map(toChangedDay), ...more],
  })
}

/** What no schema can say of a site's calendar. */
export function findCalendarProblems({
  timeZone,
  years,
  days,
}: CalendarSettings): readonly ProjectProblem[] {
  const problems = new ProjectProblems()
  if (!isTimeZone(timeZone))
    problems.add(
      ['timeZone'],
      { zh: `没有时区“${timeZone}”`, en: `there is no time zone "${timeZone}"` },
      { zh: 'IANA 时区名，如 Asia/Shanghai', en: 'a name of IANA such as Asia/Shanghai' },
    )
  problems.addRepeated(
    years.map(({ year }) => String(year)),
    (index) => ['years', index, 'year'],
  )
  years.forEach(({ year, holidays, workdays }, index) => {
    const path: Path = ['years', index]
    workdays.forEach((day, at) => checkDay(day, year, [...path, 'workdays', at], problems))
    holidays.forEach(({ from, to }, at) => {
      const place: Path = [...path, 'holidays', at]
      checkDay(from, year, [...place, 'from'], problems)
      checkDay(to, year, [...place, 'to'], problems)
      if (to < from)
        problems.add([...place, 'to'], {
          zh: `${to} 早于第一天 ${from}`,
          en: `${to} is before the first day, ${from}`,
        })
    })
  })
  days.forEach(({ day }, index) => checkDay(day, undefined, ['days', index, 'day'], problems))
  return problems.found
}

function checkDay(
  text: string,
  year: number | undefined,
  path: Path,
  problems: ProjectProblems,
): void {
  const day = parseDay(text)
  if (day === undefined)
    problems.add(path, { zh: `没有 ${text} 这一天`, en: `there is no ${text}` })
  else if (year !== undefined && yearOf(day) !== year)
    problems.add(path, { zh: `${text} 不在 ${year} 年`, en: `${text} is not in ${year}` })
}
