import { pickText, type Language, type LocalizedText } from './language.ts'

/** One thing wrong with a configuration file; line and column count from 1. */
export interface ConfigProblem {
  readonly file: string
  readonly line: number
  readonly column: number
  /** Dotted path of the key, e.g. `sources.0.type`; '' for the whole document. */
  readonly path: string
  readonly what: LocalizedText
  readonly expected: LocalizedText | undefined
  /** A known name close to the one that was written. */
  readonly suggestion: string | undefined
}

/** A configuration that can't be used. Leads to exit code 78. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly ConfigProblem[]
  /** How many more there are than `problems` says. */
  readonly more: number

  constructor(
    problems: readonly ConfigProblem[],
    { more = 0, ...options }: ErrorOptions & { readonly more?: number } = {},
  ) {
    super(formatProblems(problems, more, 'en'), options)
    this.problems = problems
    this.more = more
  }

  /** One line a problem: `file:line:column: what is wrong; expected what; did you mean …?` */
  format(language: Language): string {
    return formatProblems(this.problems, this.more, language)
  }
}

/** Who mends a file reads no more than this at once. */
const MAX_LINES = 50

function formatProblems(
  problems: readonly ConfigProblem[],
  more: number,
  language: Language,
): string {
  const lines = problems.slice(0, MAX_LINES).map((problem) => formatProblem(problem, language))
  const rest = problems.length - lines.length + more
  const tail = { zh: `……另有 ${rest} 处问题未列出`, en: `… and ${rest} more` }
  return [...lines, ...(rest > 0 ? [pickText(tail, language)] : [])].join('\n')
}

function formatProblem(problem: ConfigProblem, language: Language): string {
  const where = `${problem.file}:${problem.line}:${problem.column}`
  const what = pickText(problem.what, language)
  const expected = problem.expected === undefined ? '' : pickText(problem.expected, language)
  if (language === 'en') {
    const hint = problem.suggestion === undefined ? '' : `; did you mean "${problem.suggestion}"?`
    return `${where}: ${what}${expected === '' ? '' : `; expected ${expected}`}${hint}`
  }
  const hint = problem.suggestion === undefined ? '' : `；是否想写“${problem.suggestion}”？`
  return `${where}: ${what}${expected === '' ? '' : `；应为${/^[\x20-\x7e]/.test(expected) ? ' ' : ''}${expected}`}${hint}`
}
