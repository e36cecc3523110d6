import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError, checkYaml } from '@wardround/program'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readProjects } from './read-projects.ts'
import { CalendarSettings } from './schema/calendar-settings.ts'
import { projectYaml } from './testing/a-project.ts'
import { packClauses } from './testing/pack-clauses.ts'

const knowledge = (yaml = '') => ({
  clauses: packClauses(),
  calendar: checkYaml(CalendarSettings, { file: 'collector.yaml', text: yaml }).value,
})

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wardround-projects-'))
})
afterEach(() => rm(directory, { recursive: true }))

async function problemsOf(files: Readonly<Record<string, string>>): Promise<string[]> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text)
  const error: unknown = await readProjects(directory, knowledge()).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof ConfigError)) throw error
  return error.format('en').replaceAll(`${directory}/`, '').split('\n')
}

test('without a directory there are none', async () => {
  expect(await readProjects(undefined, knowledge())).toEqual([])
})

test('only YAML counts', async () => {
  await writeFile(join(directory, 'a.yaml'), projectYaml())
  await writeFile(join(directory, '.a.yaml.swp'), 'x')
  await writeFile(join(directory, 'README'), 'x')
  expect((await readProjects(directory, knowledge())).map(({ id }) => id)).toEqual(['clinic'])
})

test('days that the site changes, and those that the customer does', async () => {
  await writeFile(
    join(directory, 'a.yaml'),
    projectYaml('days: [{day: 2026-11-26, kind: off, name: 馆庆}]'),
  )
  const site = 'days: [{day: 2026-11-25, kind: off}]'
  const [project] = await readProjects(directory, knowledge(site))
  const noon = (day: string) => Date.parse(`${day}T12:00:00+08:00`)
  expect(
    ['2026-11-24', '2026-11-25', '2026-11-26'].map((day) => project?.workDays.isWorkday(noon(day))),
  ).toEqual([true, false, false])
})

test('a directory that can not be read is an error', async () => {
  await expect(readProjects(join(directory, 'none'), knowledge())).rejects.toThrow(
    /none:1:1: can't be read: no such file or directory \(ENOENT\); expected a directory of project files/,
  )
})

test('every problem of every file is told with its place', async () => {
  const problems = await problemsOf({
    'a.yaml': projectYaml('hosts:\n  - {name: db-1, role: db, place: nowhere}\nslaa: []'),
    'b.yaml': projectYaml('hosts:\n  - {name: db-1, role: db, place: nowhere}'),
    'c.yaml': projectYaml('project: other\nhosts: [{name: db-1, role: db}]'),
  })
  expect(problems[0]).toMatch(/^a\.yaml:10:1: unknown key "slaa"; .*did you mean "sla"\?$/)
  expect(problems.slice(1)).toEqual([
    'b.yaml:9:35: there is no place "nowhere" in this file',
    'c.yaml:8:16: "db-1" is already in b.yaml',
  ])
})

test('a project has one file', async () => {
  const problems = await problemsOf({ 'a.yaml': projectYaml(), 'b.yaml': projectYaml() })
  expect(problems).toEqual(['b.yaml:1:10: "clinic" is already in a.yaml'])
})

test('a guarded holiday that no calendar knows', async () => {
  const guarded = 'guardedHolidays: {names: [国庆节, 国庆假], count: {value: 2, platform: true}}'
  const [problem, ...others] = await problemsOf({ 'a.yaml': projectYaml(guarded) })
  expect(problem).toMatch(
    /^a\.yaml:\d+:32: the calendar has no holiday "国庆假"; expected one of 元旦, .*did you mean "国庆节"\?$/,
  )
  expect(others).toEqual([])
})
