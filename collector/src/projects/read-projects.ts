import { checkYaml, ConfigError, type ConfigProblem, type Located } from '@wardround/program'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClauseBook } from '../rules/clause-book.ts'
import { checkProject } from './check-project.ts'
import { type Project, toProject } from './project.ts'
import type { CalendarSettings } from './schema/calendar-settings.ts'
import { ProjectFile } from './schema/project-file.ts'
import { toWorkDays } from './site-calendar.ts'

export interface ProjectKnowledge {
  readonly clauses: ClauseBook
  readonly calendar: CalendarSettings
}

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
  const problems: ConfigProblem[] = []
  for (const name of await listFiles(directory)) {
    try {
      read.push(await readProjectFile(join(directory, name)))
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      problems.push(...error.problems)
    }
  }
  for (const located of read) problems.push(...problemsOf(located, knowledge.clauses))
  problems.push(...findShared(read))
  if (problems.length > 0) throw new ConfigError(problems)
  return read.map(({ value }) =>
    toProject(value, {
      clauses: knowledge.clauses,
      workDaysWith: (days) => toWorkDays(knowledge.calendar, days),
    }),
  )
}

async function listFiles(directory: string): Promise<string[]> {
  try {
    const names = await readdir(directory)
    return names.filter((name) => /\.ya?ml$/.test(name) && !name.startsWith('.')).toSorted()
  } catch (error) {
    throw unreadable(directory, error, {
      zh: '可读的项目文件目录',
      en: 'a directory of project files that can be read',
    })
  }
}

async function readProjectFile(file: string): Promise<Located<ProjectFile>> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    throw unreadable(file, error, { zh: '可读的项目文件', en: 'a project file that can be read' })
  }
  return checkYaml(ProjectFile, { file, text })
}

function unreadable(
  file: string,
  error: unknown,
  expected: NonNullable<ConfigProblem['expected']>,
): ConfigError {
  const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  const what = { zh: `无法读取（${reason}）`, en: `can't be read (${reason})` }
  const problem = { file, line: 1, column: 1, path: '', what, expected, suggestion: undefined }
  return new ConfigError([problem], { cause: error })
}

function problemsOf(located: Located<ProjectFile>, clauses: ClauseBook): ConfigProblem[] {
  return checkProject(located.value, clauses).found.map(({ path, what, expected, suggestion }) =>
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
