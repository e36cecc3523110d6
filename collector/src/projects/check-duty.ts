import { CALENDAR } from './check-service.ts'
import { parseHours } from './hours-of-day.ts'
import type { Path, ProjectProblems } from './project-problems.ts'
import type { ProjectFile } from './schema/project-file.ts'

const PERSON = { zh: '人员', en: 'person' }

export function checkDuty({ duty, calendars }: ProjectFile, problems: ProjectProblems): void {
  const people = duty.people.map(({ id }) => id)
  problems.addRepeated(people, (index) => ['duty', 'people', index, 'id'])
  const checkWho = (who: readonly string[], path: Path) =>
    who.forEach((id, at) => problems.checkName(id, people, [...path, at], PERSON))
  duty.shifts.forEach(({ who, rotation, hours }, index) => {
    const path: Path = ['duty', 'shifts', index]
    const { fromMinute, toMinute } = parseHours(hours)
    if (fromMinute === toMinute || toMinute > 1440)
      problems.add(
        [...path, 'hours'],
        { zh: `${hours} 不是一段时间`, en: `${hours} is no stretch of time` },
        {
          zh: '时段，如 17:00-09:00；全天为 00:00-24:00',
          en: 'hours such as 17:00-09:00; the whole day is 00:00-24:00',
        },
      )
    if ((who === undefined) === (rotation === undefined))
      problems.add(path, {
        zh: 'who 与 rotation 须恰好写一个',
        en: 'exactly one of who and rotation must be there',
      })
    checkWho(who ?? [], [...path, 'who'])
    rotation?.groups.forEach((group, at) => checkWho(group, [...path, 'rotation', 'groups', at]))
  })
  duty.least.forEach(({ when, calendar }, index) => {
    const path: Path = ['duty', 'least', index]
    if ((when === 'inHours' || when === 'outOfHours') && calendar === undefined)
      problems.add(path, {
        zh: `when: ${when} 需要写明 calendar`,
        en: `when: ${when} needs a calendar`,
      })
    problems.checkName(calendar, Object.keys(calendars), [...path, 'calendar'], CALENDAR)
  })
  const { escalation } = duty
  if (escalation === undefined) return
  const path: Path = ['duty', 'escalation']
  escalation.chain.forEach(({ who }, at) => checkWho(who, [...path, 'chain', at, 'who']))
  if (escalation.chain.length !== escalation.levels.value)
    problems.add([...path, 'chain'], {
      zh: `写了 ${escalation.chain.length} 级，合同为 ${escalation.levels.value} 级`,
      en: `there are ${escalation.chain.length} levels; the contract has ${escalation.levels.value}`,
    })
}
