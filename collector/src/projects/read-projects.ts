import { ConfigError, type ConfigProblem, type Located } from '@wardround/program'
import { join } from 'node:path'
import { listYamlFiles, problemsOfEach, readYamlFile } from '../configuration/read-yaml-files.ts'
import type { ClauseBook } from '../rules/clause-book.ts'
import { checkProject } from './check-project.ts'
import { findUnknownHolidays } from './check-service.ts'
import { type Project, toProject } from './project.ts'
import type { CalendarSettings } from './schema/calendar-settings.ts'
import { ProjectFile } from './schema/project-file.ts'
import { toChangedDay, toWorkDays } from './site-calendar.ts'

export interface ProjectKnowledge {
  readonly clauses: ClauseBook
  readonly calendar: CalendarSettings
}

const DIRECTORY = { zh: '可读的项目文件目录', en: 'a directory of project files that can be read' }
const FILE = { zh: '可读的项目文件', en: 'a project file that can be read' }

/**
 * Reads every project file of a directory; none where there is no directory.
 * @throws ConfigError listing every problem with its file, line and column
 */
export async function readProjects(
  directory: string | undefined,
  knowledge: ProjectKnowledge,
): Promise<readonly Project[]> {
  if (directory === undefined) return []
  const read: Located<ProjectFile>[] = []
  const names = await listYamlFiles(directory, DIRECTORY)
  const problems = await problemsOfEach(names, async (name) => {
    const { located } = await readYamlFile(ProjectFile, join(directory, name), FILE)
    read.push(located)
  })
  for (const located of read) problems.push(...problemsOf(located, knowledge))
  problems.push(...findShared(read))
  if (problems.length > 0) throw new ConfigError(problems)
  return read.map(({ value }) =>
    toProject(value, {
      clauses: knowledge.clauses,
      workDaysWith: (days) => toWorkDays(knowledge.calendar, days),
    }),
  )
}

function problemsOf(
  located: Located<ProjectFile>,
  { clauses, calendar }: ProjectKnowledge,
): ConfigProblem[] {
  const { value } = located
  const holidays = toWorkDays(calendar, value.days.map(toChangedDay)).holidayNames()
  const found = [
    ...checkProject(value, clauses).found,
    ...findUnknownHolidays(value, holidays).found,
  ]
  return found.map(({ path, what, expected, suggestion }) =>
    located.problem(path, what, expected, suggestion),
  )
}

/** A project has one file, and a host belongs to one project. */
function findShared(read: readonly Located<ProjectFile>[]): ConfigProblem[] {
  const holders = new Map<string, string>()
  return read.flatMap((located) => {
    const { project, hosts, devices } = located.value
    const named = [
      { name: `project ${project}`, shown: project, path: ['project'] },
      ...hosts.map(({ name }, at) => ({ name, shown: name, path: ['hosts', at, 'name'] })),
      ...devices.map(({ name }, at) => ({ name, shown: name, path: ['devices', at, 'name'] })),
    ]
    const problems = named.flatMap(({ name, shown, path }) => {
      const holder = holders.get(name)
      if (holder === undefined || holder === located.file) return []
      const what = {
        zh: `“${shown}”已在 ${holder} 中`,
        en: `"${shown}" is already in ${holder}`,
      }
      return [located.problem(path, what)]
    })
    for (const { name } of named) if (!holders.has(name)) holders.set(name, located.file)
    return problems
  })
}
