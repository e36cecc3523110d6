import { nearestName } from '@wardround/program'
import { CATALOGUE } from '@wardround/protocol'
import { parseDay } from './civil-day.ts'
import { areOrderly, parseHours } from './hours-of-day.ts'
import { ProjectProblems, type Path } from './project-problems.ts'
import type { ClauseBook } from '../rules/clause-book.ts'
import type { ProjectFile } from './schema/project-file.ts'
import { CLOCKS } from './schema/service-schema.ts'
import { parseServiceTime } from './service-time.ts'

/** What no schema can say of a project file: names that must be there, days, hours, and that every number quotes its clause. */
export function checkProject(file: ProjectFile, clauses: ClauseBook): ProjectProblems {
  const problems = new ProjectProblems()
  checkDays(file, problems)
  checkPeriods(file, problems)
  checkNames(file, problems)
  checkCalendars(file, problems)
  checkSla(file, problems)
  checkDuty(file, problems)
  checkGuard(file, problems)
  checkCounts(file, problems)
  checkHostCount(file, problems)
  checkCertificates(file, problems)
  checkClauses(file, [], { clauses, document: file.contract.document, problems })
  return problems
}

function checkDays(value: unknown, problems: ProjectProblems, path: Path = []): void {
  if (typeof value === 'string') {
    if (/^\d{4}-\d{2}-\d{2}$/.test(value) && parseDay(value) === undefined)
      problems.add(path, { zh: `没有 ${value} 这一天`, en: `there is no ${value}` })
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, entry] of Object.entries(value))
      checkDays(entry, problems, [...path, Array.isArray(value) ? Number(key) : key])
  }
}

function checkPeriods(file: ProjectFile, problems: ProjectProblems): void {
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

/** Names that are there once, and names that must be of something that is there. */
function checkNames(file: ProjectFile, problems: ProjectProblems): void {
  const subjects = [...file.hosts, ...file.devices].map(({ name }) => name)
  const paths: Path[] = [
    ...file.hosts.map((_, index): Path => ['hosts', index, 'name']),
    ...file.devices.map((_, index): Path => ['devices', index, 'name']),
  ]
  problems.addRepeated(subjects, (index) => paths[index] ?? [])
  const once = (key: 'places' | 'certificates' | 'sla') =>
    problems.addRepeated(
      file[key].map(({ id }) => id),
      (index) => [key, index, 'id'],
    )
  once('places')
  once('certificates')
  once('sla')
  problems.addRepeated(
    file.counts.map(({ kind }) => kind),
    (index) => ['counts', index, 'kind'],
  )
  const hosts = file.hosts.map(({ name }) => name)
  const places = file.places.map(({ id }) => id)
  for (const key of ['hosts', 'devices'] as const)
    file[key].forEach(({ place }, index) =>
      problems.checkName(place, places, [key, index, 'place'], PLACE),
    )
  file.hosts.forEach(({ sources }, index) =>
    sources.forEach((source, at) => {
      const type = typeof source === 'string' ? source : source.type
      if (!SOURCE_TYPES.includes(type))
        problems.add(
          ['hosts', index, 'sources', at],
          { zh: `没有类型为“${type}”的源`, en: `there is no type of source "${type}"` },
          {
            zh: `以下之一：${SOURCE_TYPES.join('、')}`,
            en: `one of ${SOURCE_TYPES.join(', ')}`,
          },
          nearestName(type, SOURCE_TYPES),
        )
    }),
  )
  file.devices.forEach(({ polledBy }, index) =>
    problems.checkName(polledBy, hosts, ['devices', index, 'polledBy'], HOST),
  )
  for (const key of ['backups', 'exchanges'] as const)
    file[key].forEach(({ host }, index) =>
      problems.checkName(host, hosts, [key, index, 'host'], HOST),
    )
  file.certificates.forEach(({ source }, index) =>
    problems.checkName(source?.host, hosts, ['certificates', index, 'source', 'host'], HOST),
  )
}

/** Sources that have probes: what an agent watches with them can be seen. */
const SOURCE_TYPES = [...new Set(CATALOGUE.map(({ source }) => source))].toSorted()

const PLACE = { zh: '地点', en: 'place' }
const HOST = { zh: '主机', en: 'host' }
const CALENDAR = { zh: '服务日历', en: 'calendar' }
const PERSON = { zh: '人员', en: 'person' }
const EIGHT_HOURS_MINUTES = 480

function checkCalendars({ calendars }: ProjectFile, problems: ProjectProblems): void {
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

function checkSla({ sla, calendars, places }: ProjectFile, problems: ProjectProblems): void {
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

function checkDuty({ duty, calendars }: ProjectFile, problems: ProjectProblems): void {
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
    if (when !== 'always' && calendar === undefined)
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

function checkGuard({ guardedHolidays }: ProjectFile, problems: ProjectProblems): void {
  if (guardedHolidays === undefined) return
  const { names, count } = guardedHolidays
  if (names.length !== count.value)
    problems.add(['guardedHolidays', 'names'], {
      zh: `写了 ${names.length} 个节假日，合同为 ${count.value} 个`,
      en: `there are ${names.length} holidays; the contract has ${count.value}`,
    })
}

function checkCounts({ counts }: ProjectFile, problems: ProjectProblems): void {
  counts.forEach(({ atLeast, within }, index) => {
    if (atLeast === undefined && within === undefined)
      problems.add(['counts', index], {
        zh: 'atLeast（次数）与 within（间隔天数）至少写一个',
        en: 'atLeast (how many) or within (days between two) must be there',
      })
  })
}

function checkHostCount({ hosts, hostCount = [] }: ProjectFile, problems: ProjectProblems): void {
  hostCount.forEach(({ role, value }, index) => {
    const found = hosts.filter((host) => host.role === role).length
    if (found < value)
      problems.add(['hostCount', index], {
        zh: `角色为“${role}”的主机有 ${found} 台，合同为 ${value} 台`,
        en: `there are ${found} hosts of role "${role}"; the contract has ${value}`,
      })
  })
}

function checkCertificates({ certificates }: ProjectFile, problems: ProjectProblems): void {
  certificates.forEach(({ source, until }, index) => {
    if (source === undefined && until === undefined)
      problems.add(['certificates', index], {
        zh: 'source（由哪个采集代理检查）与 until（到期日）至少写一个',
        en: 'source (which agent looks at it) or until (its last day) must be there',
      })
  })
}

interface ClauseCheck {
  readonly clauses: ClauseBook
  readonly document: string
  readonly problems: ProjectProblems
}

/** Every `{value, clause}` quotes a clause of this contract, or says that the number is the platform's. */
function checkClauses(value: unknown, path: Path, check: ClauseCheck): void {
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) {
    value.forEach((entry, index) => checkClauses(entry, [...path, index], check))
    return
  }
  const { clause, platform } = value as { clause?: unknown; platform?: unknown }
  if ('value' in value && (clause === undefined) === (platform === undefined))
    check.problems.add(
      path,
      {
        zh: '数值没有写明出处，或写了两种',
        en: 'it is not said, or said twice, whose the number is',
      },
      {
        zh: 'clause: 条款编号，或 platform: true（合同未规定，取本平台默认值）',
        en: 'clause: ID, or platform: true (no document sets it: this platform’s default)',
      },
    )
  if (typeof clause === 'string') checkReference(clause, [...path, 'clause'], check)
  for (const [key, entry] of Object.entries(value)) checkClauses(entry, [...path, key], check)
}

function checkReference(
  id: string,
  path: Path,
  { clauses, document, problems }: ClauseCheck,
): void {
  const known = clauses.get(id)
  if (known === undefined) {
    problems.add(
      path,
      { zh: `未知的条款“${id}”`, en: `unknown clause "${id}"` },
      { zh: 'clauses.yaml 中的编号', en: 'an id of clauses.yaml' },
      nearestName(id, [...clauses.keys()]),
    )
    return
  }
  const numbers = known.documents.map(({ number }) => number)
  if (!numbers.includes(document))
    problems.add(path, {
      zh: `条款“${id}”出自合同 ${numbers.join('、')}，不在本合同 ${document} 中`,
      en: `clause "${id}" stands in contract ${numbers.join(', ')}, not in ${document}`,
    })
}
