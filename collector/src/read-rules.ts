import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkYaml, ConfigError, type ConfigProblem, type Located } from '@wardround/program'
import type { Catalogue } from './rules/catalogue.ts'
import { openRegexCheck } from './rules/check-regex.ts'
import type { RuleSet } from './rules/compiled-rule.ts'
import { compileRules, type FileProblem, type RegexCheck } from './rules/compile-rules.ts'
import { RuleFile } from './rules/rule-schema.ts'
import { regexIn } from './rules/tag-filter.ts'

/** Where rules come from. */
export interface RuleLocation {
  /** Load the pack that comes with Wardround. */
  readonly defaultPack: boolean
  /** Directory of a site's own *.yaml; a rule there replaces the pack's of the same id. */
  readonly directory?: string | undefined
}

interface RuleText {
  readonly located: Located<RuleFile>
  readonly lines: readonly string[]
}

/**
 * Reads and compiles all rules. At a reload the caller keeps the old ones when this throws.
 * @throws ConfigError listing every problem with its file, line and column
 */
export async function readRules(
  { defaultPack, directory }: RuleLocation,
  catalogue: Catalogue,
): Promise<RuleSet> {
  const pack = defaultPack ? await readDirectory(defaultPackDirectory()) : []
  const site = directory === undefined ? [] : await readDirectory(directory)
  const replaced = new Set(site.flatMap(({ located }) => located.value.rules.map(({ id }) => id)))
  const sources = [
    ...pack.map(({ located: { file, value } }) => ({ file, value, replaced })),
    ...site.map(({ located: { file, value } }) => ({ file, value, replaced: new Set<string>() })),
  ]
  const { rules, problems } = compileRules(sources, catalogue, await regexCheckFor(sources))
  if (rules !== undefined) return rules
  throw new ConfigError(problems.map((problem) => place(problem, [...site, ...pack])))
}

/** Beside the sources in a checkout, beside the bundle in a release. */
export function defaultPackDirectory(): string {
  const candidates = ['../rules/', './rules/'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  )
  return candidates.find((path) => existsSync(join(path, 'host.yaml'))) ?? candidates[0] ?? ''
}

async function readDirectory(directory: string): Promise<RuleText[]> {
  const names = await listFiles(directory)
  const read: RuleText[] = []
  const problems: ConfigProblem[] = []
  for (const name of names) {
    try {
      read.push(await readRuleFile(join(directory, name)))
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      problems.push(...error.problems)
    }
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return read
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

async function readRuleFile(file: string): Promise<RuleText> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    throw unreadable(file, error, { zh: '可读的规则文件', en: 'a rule file that can be read' })
  }
  return { located: checkYaml(RuleFile, { file, text }), lines: text.split('\n') }
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

/** A problem at its line and column: the value's place, and from there to the trouble inside it. */
function place(problem: FileProblem, texts: readonly RuleText[]): ConfigProblem {
  const { file, path, at, what, expected, suggestion } = problem
  const text = texts.find(({ located }) => located.file === file)
  const found = text?.located.problem(path, what, expected, suggestion)
  if (text === undefined || found === undefined)
    return { file, line: 1, column: 1, path: path.join('.'), what, expected, suggestion }
  const opens = text.lines[found.line - 1]?.[found.column - 1] ?? ''
  const isBlock = opens === '|' || opens === '>'
  const quote = opens === '"' || opens === "'" ? 1 : 0
  return isBlock || at === 0 ? found : { ...found, column: found.column + at + quote }
}
