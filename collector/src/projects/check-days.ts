import { parseDay } from './civil-day.ts'
import type { Path, ProjectProblems } from './project-problems.ts'
import type { ProjectFile } from './schema/project-file.ts'

export function checkDays(value: unknown, problems: ProjectProblems, path: Path = []): void {
  if (typeof value === 'string') {
    if (/^\d{4}-\d{2}-\d{2}$/.test(value) && parseDay(value) === undefined)
      problems.add(path, { zh: `没有 ${value} 这一天`, en: `there is no ${value}` })
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, entry] of Object.entries(value))
      checkDays(entry, problems, [...path, Array.isArray(value) ? Number(key) : key])
  }
}

export function checkPeriods(file: ProjectFile, problems: ProjectProblems): void {
  checkOrder(file.contract, ['contract'], problems)
  file.keyPeriods.forEach((period, index) => checkOrder(period, ['keyPeriods', index], problems))
  file.duty.shifts.forEach(({ from, to }, index) => {
    if (from !== undefined && to !== undefined)
      checkOrder({ from, to }, ['duty', 'shifts', index], problems)
  })
}

function checkOrder(
  { from, to }: { readonly from: string; readonly to: string },
  path: Path,
  problems: ProjectProblems,
): void {
  if (to < from)
    problems.add([...path, 'to'], {
      zh: `${to} 早于开始日期 ${from}`,
      en: `${to} is before the first day, ${from}`,
    })
}
