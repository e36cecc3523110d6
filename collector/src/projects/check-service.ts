import { nearestName } from '@wardround/program'
import { areOrderly, parseHours } from './hours-of-day.ts'
import { ProjectProblems } from './project-problems.ts'
import type { ProjectFile } from './schema/project-file.ts'
import { CLOCKS } from './schema/service-schema.ts'
import { parseServiceTime } from './service-time.ts'

/** What people call a calendar of a project file. */
export const CALENDAR = { zh: '服务日历', en: 'calendar' }
const EIGHT_HOURS_MINUTES = 480

export function checkCalendars({ calendars }: ProjectFile, problems: ProjectProblems): void {
  for (const [name, { kind, hours }] of Object.entries(calendars)) {
    const path = ['calendars', name, 'hours']
    const stretches = hours.map(parseHours)
    if (!areOrderly(stretches)) {
      problems.add(
        path,
        {
          zh: '时段有重叠、次序颠倒或跨过午夜',
          en: 'the hours overlap, go back or go over midnight',
        },
        { zh: '依次排列的时段，如 09:00-12:00、13:00-18:00', en: 'hours one after another' },
      )
      continue
    }
    if (kind.value === '7x24') continue
    const minutes = stretches.reduce((sum, one) => sum + one.toMinute - one.fromMinute, 0)
    if (minutes !== EIGHT_HOURS_MINUTES)
      problems.add(
        path,
        { zh: `合计 ${minutes / 60} 小时`, en: `that is ${minutes / 60} hours` },
        { zh: `${kind.value} 的 8 小时`, en: `the 8 hours of ${kind.value}` },
      )
  }
}

export function checkSla({ sla, calendars, places }: ProjectFile, problems: ProjectProblems): void {
  const zones = places.map(({ zone }) => zone)
  sla.forEach((row, index) => {
    row.zones.forEach((zone, at) =>
      problems.checkName(zone, zones, ['sla', index, 'zones', at], {
        zh: 'places 中的区域',
        en: 'zone of a place',
      }),
    )
    for (const name of CLOCKS) {
      const clock = row[name]
      if (clock === undefined) continue
      const path = ['sla', index, name]
      problems.checkName(clock.calendar, Object.keys(calendars), [...path, 'calendar'], CALENDAR)
      const calendar = calendars[clock.calendar]
      const time = parseServiceTime(clock.value)
      if (time.kind === 'workdays' && calendar !== undefined && calendar.kind.value !== '5x8')
        problems.add([...path, 'value'], {
          zh: `“${clock.calendar}”（${calendar.kind.value}）没有工作日`,
          en: `"${clock.calendar}" (${calendar.kind.value}) has no working days`,
        })
    }
  })
}

export function checkGuard({ guardedHolidays }: ProjectFile, problems: ProjectProblems): void {
  if (guardedHolidays === undefined) return
  const { names, count } = guardedHolidays
  if (names.length !== count.value)
    problems.add(['guardedHolidays', 'names'], {
      zh: `写了 ${names.length} 个节假日，合同为 ${count.value} 个`,
      en: `there are ${names.length} holidays; the contract has ${count.value}`,
    })
}

/** Guarded holidays that no calendar knows: nothing would ever be guarded by them. */
export function findUnknownHolidays(
  { guardedHolidays }: ProjectFile,
  known: readonly string[],
): ProjectProblems {
  const problems = new ProjectProblems()
  guardedHolidays?.names.forEach((name, index) => {
    if (known.some((one) => one.includes(name))) return
    problems.add(
      ['guardedHolidays', 'names', index],
      { zh: `日历中没有节假日“${name}”`, en: `the calendar has no holiday "${name}"` },
      { zh: `以下之一：${known.join('、')}`, en: `one of ${known.join(', ')}` },
      nearestName(name, [...known]),
    )
  })
  return problems
}
