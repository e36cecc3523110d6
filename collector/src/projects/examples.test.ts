import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkYaml } from '@wardround/program'
import { beforeAll, describe, expect, test } from 'vitest'
import { rosteredAt } from './duty.ts'
import { type Project } from './project.ts'
import { readProjects } from './read-projects.ts'
import { ProjectFile } from './schema/project-file.ts'
import { CalendarSettings } from './schema/calendar-settings.ts'
import { packClauses } from './testing/pack-clauses.ts'

const DIRECTORY = fileURLToPath(new URL('../../../deploy/projects', import.meta.url))
const CLAUSES = packClauses()
const files = readdirSync(DIRECTORY)
const read = (file: string) =>
  checkYaml(ProjectFile, { file, text: readFileSync(join(DIRECTORY, file), 'utf8') }).value

let projects: readonly Project[]
beforeAll(async () => {
  const calendar = checkYaml(CalendarSettings, { file: 'calendar', text: '' }).value
  projects = await readProjects(DIRECTORY, { clauses: CLAUSES, calendar })
})

const projectOf = (document: string) => {
  const project = projects.find(({ file }) => file.contract.document === document)
  if (project === undefined) throw new Error(`no project of ${document}`)
  return project
}

test('there is one for each of the five contracts, and each is good', () => {
  expect(projects.map(({ file }) => file.contract.document)).toEqual([
    '000',
    '001',
    '002',
    '003',
    '004',
  ])
})

interface QuotedNumber {
  readonly path: string
  readonly value: string | number
  readonly clause: string | { readonly words: string } | undefined
  readonly platform: boolean
}

/** Every `{value, …}` of a file. */
function numbersIn(value: unknown, path = ''): QuotedNumber[] {
  if (typeof value !== 'object' || value === null) return []
  const inner = Object.entries(value).flatMap(([key, entry]) =>
    numbersIn(entry, path === '' ? key : `${path}.${key}`),
  )
  if (!('value' in value)) return inner
  const { value: number, clause, platform } = value as unknown as QuotedNumber
  return [{ path, value: number, clause, platform }, ...inner]
}

/** How the documents write a number of hours, days, times or people. */
function spellings(value: string | number): RegExp[] {
  if (typeof value === 'number') {
    // Days: a year, and the three months of "1~3个月". One person: "always somebody".
    const special: Record<number, RegExp[]> = {
      365: [/1\s*年/],
      90: [/3\s*个月/],
      1: [/始终有专门的人员/, /一次/],
    }
    return [new RegExp(`(?<![\\d.])${value}(?![\\d.])`), ...(special[value] ?? [])]
  }
  const [, number, unit] = /^([\d.]+)(x\d+| workdays?|[a-z]+)$/.exec(value) ?? []
  if (number === undefined || unit === undefined) throw new Error(`what is ${value}?`)
  if (unit.startsWith('x')) return [new RegExp(`${number}×${unit.slice(1)}`)]
  if (unit.startsWith(' workday')) return [new RegExp(`(?<![\\d.])${number}\\s*(个)?工作日`)]
  if (unit === 'h') return [new RegExp(`(?<![\\d.])${number}\\s*小时`)]
  if (value === '1d') return [/每日/]
  throw new Error(`what is ${value}?`)
}

describe.each(files)('%s', (name) => {
  const numbers = numbersIn(read(name))

  test('has numbers', () => {
    expect(numbers.length).toBeGreaterThan(3)
  })

  test.each(numbers.filter(({ platform }) => !platform).map((one) => [one.path, one] as const))(
    '%s stands in the words that it quotes',
    (_, { value, clause }) => {
      const known = typeof clause === 'string' ? CLAUSES.get(clause) : undefined
      const words =
        typeof clause === 'object'
          ? clause.words
          : `${known?.words.zh ?? ''}\n${known?.number?.zh ?? ''}`
      expect(
        spellings(value).some((spelling) => spelling.test(words)),
        `${value}: ${words}`,
      ).toBe(true)
    },
  )

  test.each(numbers.filter(({ platform }) => platform).map((one) => [one.path, one] as const))(
    '%s, which is ours, says so and nothing else',
    (_, { clause }) => {
      expect(clause).toBeUndefined()
    },
  )

  test('nobody in it is real', () => {
    const { people } = read(name).duty
    expect(people.every((one) => one.placeholder && one.name.includes('占位'))).toBe(true)
    expect(people.some(({ phone, email }) => phone ?? email)).toBe(false)
  })

  test('its roster has somebody at every hour of the year, as the contract wants', () => {
    const project = projectOf(read(name).contract.document)
    const hour = 3_600_000
    for (let atMs = project.fromMs; atMs < project.toMs; atMs += 7 * hour) {
      expect(rosteredAt(project.roster, atMs).length, new Date(atMs).toISOString()).toBeGreaterThan(
        0,
      )
    }
  })
})

test('numbers that are ours are few: schedules, calendars and people that no clause has', () => {
  const ours = files.flatMap((name) =>
    numbersIn(read(name))
      .filter(({ platform }) => platform)
      .map(({ path }) => `${name.slice(0, 3)} ${path}`),
  )
  expect(ours).toEqual([
    '000 backups.0.schedule',
    '001 duty.least.0.people',
    '001 duty.least.1.people',
    '002 backups.0.schedule',
    '002 calendars.always.kind',
    '002 duty.least.0.people',
    '002 counts.1.atLeast',
    '003 exchanges.0.window',
    '003 exchanges.1.window',
    '003 exchanges.2.window',
    '003 exchanges.3.window',
    '003 duty.least.0.people',
    '003 duty.least.1.people',
    '003 counts.3.atLeast',
    '004 backups.0.schedule',
    '004 backups.1.schedule',
    '004 backups.2.schedule',
  ])
})

test.each([
  ['000', { inspection: 52, patch_round: 2, backup_review: 2 }],
  ['001', { db_health_check: 12, db_tuning: 4, restore_test: 1, drill: 2 }],
  ['002', { password_rotation: undefined, asset_statistics: 1 }],
  ['003', { quarterly_pack: 4, annual_review: 1, certificate_renewal: 1, drill: 1 }],
  ['004', { inspection: 52, patch_round: 2, backup_review: 2 }],
])('%s counts what its contract counts in a year', (document, counts) => {
  const found = projectOf(document).file.counts.map(({ kind, atLeast }) => [kind, atLeast?.value])
  expect(Object.fromEntries(found)).toEqual(counts)
})

const HOUR_MS = 3_600_000

test.each([
  ['000', 'general', { respond: 1, resolve: 8 }],
  ['000', 'declaration', { respond: 1, resolve: 8 }],
  ['001', 'all', { respond: 1, arrive: 2 }],
  ['002', 'all', { resolve: 8 }],
  ['003', 'all', { respond: 0.5, resolve: 4 }],
  ['004', 'city', { respond: 1, arrive: 2, sparePart: 8, substitute: 8, resolve: 8 }],
  ['004', 'suburb', { respond: 1, arrive: 4, sparePart: 8, substitute: 8, resolve: 8 }],
  ['004', 'laboratory', { respond: 1, resolve: 16 }],
])('%s, %s: hours of its clocks', (document, id, hours) => {
  const row = projectOf(document).sla.find((one) => one.id === id)
  const found = [...(row?.clocks ?? [])].map(([name, { lengthMs }]) => [name, lengthMs / HOUR_MS])
  expect(Object.fromEntries(found)).toEqual(hours)
})
