import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkYaml, ConfigError, type ConfigProblem } from '@wardround/program'
import type { Static, TSchema } from 'typebox'
import { placeProblem, type LocatedText } from './place-problem.ts'
import type { Catalogue } from './rules/catalogue.ts'
import { toClauseBook, type ClauseBook } from './rules/clause-book.ts'
import { ClauseFile } from './rules/clauses.ts'
import { openRegexCheck } from './rules/check-regex.ts'
import type { RuleSet } from './rules/compiled-rule.ts'
import { compileRules, type FileProblem } from './rules/compile-rules.ts'
import type { RegexCheck } from './rules/reading.ts'
import { RuleFile, type RuleDefinition } from './rules/rule-schema.ts'
import { regexIn } from './rules/tag-filter.ts'

/** Where rules come from. */
export interface RuleLocation {
  /** How much of the pack that comes with Wardround is loaded: all, the rules marked `minimal`, or none. */
  readonly pack: 'full' | 'minimal' | 'none'
  /** Directory of a site's own *.yaml; a rule there replaces the pack's of the same id. */
  readonly directory?: string | undefined
}

/** The rules and the clauses of one directory. */
interface RuleDirectory {
  readonly rules: readonly LocatedText<RuleFile>[]
  readonly clauses: readonly LocatedText<ClauseFile>[]
}

/** The file of a directory of rules that has clauses instead. */
export const CLAUSES_FILE = 'clauses.yaml'

/**
 * Reads and compiles all rules. At a reload the caller keeps the old ones when this throws.
 * @throws ConfigError listing every problem with its file, line and column
 */
export async function readRules(
  { pack: wanted, directory }: RuleLocation,
  catalogue: Catalogue,
): Promise<RuleSet> {
  const pack = await readDirectory(defaultPackDirectory())
  const site = directory === undefined ? NOTHING : await readDirectory(directory)
  const files = [...site.rules, ...pack.rules]
  const replaced = new Set(
    site.rules.flatMap(({ located }) => located.value.rules.map(({ id }) => id)),
  )
  const isLeftOut = ({ id, minimal }: RuleDefinition) =>
    replaced.has(id) || wanted === 'none' || (wanted === 'minimal' && !minimal)
  const sources = [
    ...pack.rules.map(({ located: { file, value } }) => ({ file, value, isLeftOut })),
    ...site.rules.map(({ located: { file, value } }) => ({ file, value })),
  ]
  const clauses = joinClauses([...pack.clauses, ...site.clauses])
  const checkRegex = await regexCheckFor(sources)
  const { rules, problems } = compileRules(sources, { catalogue, clauses, checkRegex })
  if (rules !== undefined) return rules
  throw new ConfigError(problems.map((problem) => place(problem, files)))
}

/** @throws ConfigError */
function joinClauses(files: RuleDirectory['clauses']): ClauseBook {
  const { clauses, problems } = toClauseBook(files.map(({ located }) => located))
  if (problems.length === 0) return clauses
  throw new ConfigError(problems.map((problem) => place(problem, files)))
}

/** Beside the sources in a checkout, beside the bundle in a release. */
export function defaultPackDirectory(): string {
  const candidates = ['../rules/', './rules/'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  )
  return candidates.find((path) => existsSync(join(path, 'host.yaml'))) ?? candidates[0] ?? ''
}

const NOTHING: RuleDirectory = { rules: [], clauses: [] }

async function readDirectory(directory: string): Promise<RuleDirectory> {
  const names = await listFiles(directory)
  const rules: LocatedText<RuleFile>[] = []
  const clauses: LocatedText<ClauseFile>[] = []
  const problems: ConfigProblem[] = []
  for (const name of names) {
    const file = join(directory, name)
    try {
      if (name === CLAUSES_FILE) clauses.push(await readYaml(ClauseFile, file))
      else rules.push(await readYaml(RuleFile, file))
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      problems.push(...error.problems)
    }
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return { rules, clauses }
}

async function listFiles(directory: string): Promise<string[]> {
  try {
    const names = await readdir(directory)
    return names.filter((name) => /\.ya?ml$/.test(name) && !name.startsWith('.')).sort()
  } catch (error) {
    throw unreadable(directory, error, {
      zh: '可读的规则目录',
      en: 'a directory of rules that can be read',
    })
  }
}

async function readYaml<S extends TSchema>(
  schema: S,
  file: string,
): Promise<LocatedText<Static<S>>> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    throw unreadable(file, error, { zh: '可读的规则文件', en: 'a rule file that can be read' })
  }
  return { located: checkYaml(schema, { file, text }), lines: text.split('\n') }
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

/** The analysis is loaded only where there is something to analyse. */
async function regexCheckFor(sources: readonly { value: RuleFile }[]): Promise<RegexCheck> {
  const entries = sources.flatMap(({ value }) =>
    value.rules.flatMap(({ where }) => Object.values(where).flat()),
  )
  const hasRegex = entries.some((entry) => regexIn(entry) !== undefined)
  return hasRegex ? await openRegexCheck() : () => undefined
}

function place(problem: FileProblem, texts: readonly LocatedText<unknown>[]): ConfigProblem {
  const { file, path, what, expected, suggestion } = problem
  const text = texts.find(({ located }) => located.file === file)
  return text === undefined
    ? { file, line: 1, column: 1, path: path.join('.'), what, expected, suggestion }
    : placeProblem(problem, text)
}
