import { readdir } from 'node:fs/promises'
import {
  checkYaml,
  ConfigError,
  type ConfigProblem,
  describeUnreadable,
  readYamlText,
} from '@wardround/program'
import type { Static, TSchema } from 'typebox'
import { placeProblem, type LocatedText } from './place-problem.ts'
import type { RuleProblem } from '../rules/rule-problem.ts'

type Expected = NonNullable<ConfigProblem['expected']>

/** Names of the *.yaml of a directory, in order. @throws ConfigError */
export async function listYamlFiles(directory: string, expected: Expected): Promise<string[]> {
  try {
    const names = await readdir(directory)
    return names.filter((name) => /\.ya?ml$/.test(name) && !name.startsWith('.')).sort()
  } catch (error) {
    throw unreadable(directory, error, expected)
  }
}

/** A file as its schema accepts it. @throws ConfigError */
export async function readYamlFile<S extends TSchema>(
  schema: S,
  file: string,
  expected: Expected,
): Promise<LocatedText<Static<S>>> {
  const text = await readYamlText(file, expected)
  if (isBlank(text)) throw emptyFile(file, expected)
  return { located: checkYaml(schema, { file, text }), lines: text.split('\n') }
}

/** Reads every file, so that what is wrong with all of them is told at once. @throws ConfigError */
export async function readEach(
  names: readonly string[],
  read: (name: string) => Promise<void>,
): Promise<void> {
  const problems = await problemsOfEach(names, read)
  if (problems.length > 0) throw new ConfigError(problems)
}

/** Reads every file; what is wrong with those that can't be taken. */
export async function problemsOfEach(
  names: readonly string[],
  read: (name: string) => Promise<void>,
): Promise<ConfigProblem[]> {
  const problems: ConfigProblem[] = []
  for (const name of names) {
    try {
      await read(name)
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      problems.push(...error.problems)
    }
  }
  return problems
}

/** What is thrown about problems, each at its place in its file. */
export function refusal(
  problems: readonly (RuleProblem & { readonly file: string })[],
  texts: readonly LocatedText<unknown>[],
): ConfigError {
  return new ConfigError(
    problems.map((problem) => {
      const { file, path, what, expected, suggestion } = problem
      const text = texts.find(({ located }) => located.file === file)
      return text === undefined
        ? { file, line: 1, column: 1, path: path.join('.'), what, expected, suggestion }
        : placeProblem(problem, text)
    }),
  )
}

/** Nothing but white space and comments. */
function isBlank(text: string): boolean {
  return text.split('\n').every((line) => /^\s*(?:#.*)?$/.test(line))
}

/** What was cut short must not take a site's rules away in silence. */
function emptyFile(file: string, expected: Expected): ConfigError {
  const what = { zh: '文件是空的', en: 'the file is empty' }
  const hint = {
    zh: `${expected.zh}；不再需要的文件请删除`,
    en: `${expected.en}; delete a file that is no longer needed`,
  }
  const problem = { file, line: 1, column: 1, path: '', what, expected: hint }
  return new ConfigError([{ ...problem, suggestion: undefined }])
}

function unreadable(file: string, error: unknown, expected: Expected): ConfigError {
  const what = describeUnreadable(error)
  const problem = { file, line: 1, column: 1, path: '', what, expected, suggestion: undefined }
  return new ConfigError([problem], { cause: error })
}
