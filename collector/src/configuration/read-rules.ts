import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ConfigError, type ConfigProblem } from '@wardround/program'
import type { LocatedText } from './place-problem.ts'
import { DEPENDENCIES_FILE } from './read-dependencies.ts'
import { listYamlFiles, problemsOfEach, readYamlFile, refusal } from './read-yaml-files.ts'
import type { Catalogue } from '../rules/catalogue.ts'
import { toClauseBook, type ClauseBook } from '../rules/clause-book.ts'
import { ClauseFile } from '../rules/clauses.ts'
import { openRegexCheck } from '../rules/reading/check-regex.ts'
import type { ReadValueRule } from '../rules/values/compile-value-rule.ts'
import type { RuleSet } from '../rules/compiled-rule.ts'
import { compileRules } from '../rules/compile-rules.ts'
import type { RegexCheck } from '../rules/reading/reading.ts'
import { RuleFile, type RuleDefinition } from '../rules/rule-schema.ts'
import { regexIn } from '../rules/reading/tag-filter.ts'

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
  /** Of the files that could not be read. */
  readonly problems: readonly ConfigProblem[]
  /** Its clauses could not be read: nothing that names one can be checked. */
  readonly lacksClauses: boolean
}

/** The file of a directory of rules that has clauses instead. */
export const CLAUSES_FILE = 'clauses.yaml'

/** Rules in force, and those about values as they were read. */
export interface LoadedRules {
  readonly rules: RuleSet
  readonly read: readonly ReadValueRule[]
}

/**
 * Reads and compiles all rules. At a reload the caller keeps the old ones when this throws.
 * @throws ConfigError listing every problem with its file, line and column
 */
export async function readRules(location: RuleLocation, catalogue: Catalogue): Promise<RuleSet> {
  return (await loadRules(location, catalogue)).rules
}

/** The same, with what the rules were compiled from. @throws ConfigError */
export async function loadRules(
  { pack: wanted, directory }: RuleLocation,
  catalogue: Catalogue,
): Promise<LoadedRules> {
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
  const unread = [...pack.problems, ...site.problems]
  if (site.lacksClauses) throw new ConfigError(unread)
  const clauses = joinClauses([...pack.clauses, ...site.clauses])
  const checkRegex = await regexCheckFor(sources)
  const compiled = compileRules(sources, { catalogue, clauses, checkRegex })
  // the files that could be read are checked too, so that all is told at once
  if (compiled.rules === undefined)
    throw new ConfigError([...unread, ...refusal(compiled.problems, files).problems])
  if (unread.length > 0) throw new ConfigError(unread)
  return compiled
}

/** @throws ConfigError */
function joinClauses(files: RuleDirectory['clauses']): ClauseBook {
  const { clauses, problems } = toClauseBook(files.map(({ located }) => located))
  if (problems.length > 0) throw refusal(problems, files)
  return clauses
}

/** Beside the sources in a checkout, beside the bundle in a release. */
export function defaultPackDirectory(): string {
  const candidates = ['../../rules/', './rules/'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  )
  return candidates.find((path) => existsSync(join(path, 'host.yaml'))) ?? candidates[0] ?? ''
}

const DIRECTORY = { zh: '可读的规则目录', en: 'a directory of rules that can be read' }
const FILE = { zh: '可读的规则文件', en: 'a rule file that can be read' }
const NOTHING: RuleDirectory = { rules: [], clauses: [], problems: [], lacksClauses: false }

async function readDirectory(directory: string): Promise<RuleDirectory> {
  const rules: LocatedText<RuleFile>[] = []
  const clauses: LocatedText<ClauseFile>[] = []
  const names = await listYamlFiles(directory, DIRECTORY)
  const problems = await problemsOfEach(names, async (name) => {
    const file = join(directory, name)
    if (name === DEPENDENCIES_FILE) return
    if (name === CLAUSES_FILE) clauses.push(await readYamlFile(ClauseFile, file, FILE))
    else rules.push(await readYamlFile(RuleFile, file, FILE))
  })
  const lacksClauses = names.includes(CLAUSES_FILE) && clauses.length === 0
  return { rules, clauses, problems, lacksClauses }
}

/** The analysis is loaded only where there is something to analyse. */
async function regexCheckFor(sources: readonly { value: RuleFile }[]): Promise<RegexCheck> {
  const entries = sources.flatMap(({ value }) =>
    value.rules.flatMap(({ where, overrides, event }) =>
      [where, event?.where ?? {}, ...overrides.map((other) => other.where)].flatMap((tests) =>
        Object.values(tests).flat(),
      ),
    ),
  )
  const hasRegex = entries.some((entry) => regexIn(entry) !== undefined)
  return hasRegex ? await openRegexCheck() : () => undefined
}
