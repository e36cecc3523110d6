import type { RE2JS } from 're2js'
import type { LogRule, Severity } from './log-rule.ts'
import type { LogRecord } from './record-grouper.ts'
import { foldCase, requiredLiterals } from './required-literals.ts'

/** A rule as a site or a pack writes it. */
export interface RuleText {
  readonly name: string
  /** RE2's syntax: no look-around, no back-references. */
  readonly match: string
  readonly ignoreCase?: boolean | undefined
  /** Lines with it are no match. */
  readonly except?: string | undefined
  readonly severity?: Severity | undefined
  readonly atLeast?: number | undefined
  /** Named groups of `match` whose values are counted, too. */
  readonly counted?: readonly string[] | undefined
}

/** An expression that is no rule's, for a reason that a person can mend. */
export class RuleError extends Error {
  override readonly name = 'RuleError'
  /** Which of the two is wrong. */
  readonly part: 'match' | 'except' | 'counted'
  readonly zh: string

  constructor(part: RuleError['part'], { zh, en }: { readonly zh: string; readonly en: string }) {
    super(en)
    this.part = part
    this.zh = zh
  }
}

const MAX_PATTERN = 2_000
/** Instructions of RE2: what a character costs at worst grows with them. */
const MAX_PROGRAM = 3_000

/** @throws RuleError */
export function compileRule(engine: typeof RE2JS, text: RuleText): LogRule {
  const { name, ignoreCase = false, severity = 'warning', atLeast, counted = [] } = text
  const match = compile(engine, text.match, ignoreCase, 'match')
  const except =
    text.except === undefined ? undefined : compile(engine, text.except, ignoreCase, 'except')
  const names = Object.keys(match.namedGroups())
  const unknown = counted.find((group) => !names.includes(group))
  if (unknown !== undefined) throw noGroup(unknown)
  const prefilter: unknown = compile(engine, text.match, false, 'match').re2().prefilter
  const literals = requiredLiterals(prefilter, { ignoreCase })
  const mayMatch = toTextFilter(literals, ignoreCase)
  const isMatch = (line: string) =>
    mayMatch(line) && match.test(line) && except?.test(line) !== true
  return {
    name,
    severity,
    literals,
    counted,
    ...(atLeast === undefined ? {} : { atLeast }),
    matches: ({ lines }) => lines.some(isMatch),
    ...(names.length === 0 ? {} : { groupsOf: (record) => groupsIn(record, match, isMatch) }),
  }
}

function groupsIn(
  { lines }: LogRecord,
  match: RE2JS,
  isMatch: (line: string) => boolean,
): Record<string, string> {
  const line = lines.find(isMatch)
  if (line === undefined) return {}
  const matcher = match.matcher(line)
  if (!matcher.find()) return {}
  return Object.fromEntries(
    Object.entries(matcher.getNamedGroups()).flatMap(([group, value]) =>
      value === null ? [] : [[group, value]],
    ),
  )
}

/** Where case counts, RE2 looks for its literals by itself. */
function toTextFilter(
  literals: readonly string[] | undefined,
  ignoreCase: boolean,
): (line: string) => boolean {
  if (literals === undefined || !ignoreCase) return () => true
  return (line) => {
    const folded = foldCase(line)
    return literals.some((literal) => folded.includes(literal))
  }
}

function compile(
  engine: typeof RE2JS,
  pattern: string,
  ignoreCase: boolean,
  part: 'match' | 'except',
): RE2JS {
  if (pattern.length > MAX_PATTERN)
    throw new RuleError(part, {
      zh: `表达式长度超过 ${MAX_PATTERN} 个字符`,
      en: `the expression is longer than ${MAX_PATTERN} characters`,
    })
  const compiled = tryCompile(engine, pattern, ignoreCase, part)
  const size = compiled.programSize()
  if (size > MAX_PROGRAM)
    throw new RuleError(part, {
      zh: `表达式展开后过大（${size} 条指令，上限 ${MAX_PROGRAM}），请减小重复次数`,
      en: `the expression is too large once its repetitions are written out (${size} instructions, at most ${MAX_PROGRAM})`,
    })
  return compiled
}

function tryCompile(
  engine: typeof RE2JS,
  pattern: string,
  ignoreCase: boolean,
  part: 'match' | 'except',
): RE2JS {
  try {
    return engine.compile(pattern, ignoreCase ? engine.CASE_INSENSITIVE : 0)
  } catch (error) {
    throw new RuleError(part, describe(pattern, error))
  }
}

/** What people write that other engines take and RE2 does not. */
const NOT_IN_RE2: readonly (readonly [RegExp, { readonly zh: string; readonly en: string }])[] = [
  [/^\(\?<[=!]/, { zh: 'RE2 不支持后行断言', en: 'RE2 has no look-behind' }],
  [/^\(\?[=!]/, { zh: 'RE2 不支持先行断言', en: 'RE2 has no look-ahead' }],
  [/^\\[1-9]|^\\k/, { zh: 'RE2 不支持反向引用', en: 'RE2 has no back-references' }],
  [/^\(\?>/, { zh: 'RE2 不支持固化分组', en: 'RE2 has no atomic groups' }],
  [
    /^[*+?}][*+]$/,
    { zh: 'RE2 不支持占有量词或重复的量词', en: 'RE2 has no possessive or doubled repetition' },
  ],
]

/** What re2js says, for a reader of Chinese. */
const REASONS_ZH: Readonly<Record<string, string>> = {
  'duplicate capture group name': '分组名重复',
  'expression nests too deeply': '嵌套过深',
  'expression too large': '展开后过大',
  'invalid character class range': '字符范围的起止颠倒或无效',
  'invalid escape sequence': '无效的转义',
  'invalid named capture': '命名分组的写法无效，应写作 (?<名称>…)',
  'invalid nested repetition operator': '量词后又有量词',
  'invalid or unsupported Perl syntax': 'RE2 不支持的写法',
  'invalid repeat count': '重复次数无效（上限 1000）',
  'missing argument to repetition operator': '量词前没有内容',
  'missing closing )': '缺少右括号 )',
  'missing closing ]': '缺少右方括号 ]',
  'trailing backslash at end of expression': '末尾多了反斜杠',
  'unexpected )': '多了右括号 )',
}

function describe(pattern: string, error: unknown): { zh: string; en: string } {
  const { input, reason } = partsOf(error)
  const place = input === '' ? -1 : pattern.indexOf(input)
  const known = NOT_IN_RE2.find(([beginning]) => beginning.test(input))?.[1]
  const shown = input.slice(0, 40)
  const at =
    place < 0
      ? { zh: '', en: '' }
      : { zh: `第 ${place + 1} 个字符处 ${shown}：`, en: `at character ${place + 1}, ${shown}: ` }
  return {
    zh: `${at.zh}${known?.zh ?? REASONS_ZH[reason] ?? reason}`,
    en: `${at.en}${known?.en ?? reason}`,
  }
}

/** What re2js says is wrong, and the piece that it is about. */
function partsOf(error: unknown): { input: string; reason: string } {
  if (!(error instanceof Error)) return { input: '', reason: String(error) }
  const input = 'input' in error && typeof error.input === 'string' ? error.input : ''
  const reason = 'error' in error && typeof error.error === 'string' ? error.error : error.message
  return { input, reason }
}

function noGroup(group: string): RuleError {
  return new RuleError('counted', {
    zh: `match 中没有名为 ${group} 的分组，应写作 (?<${group}>…)`,
    en: `match has no group named ${group}; it is written (?<${group}>…)`,
  })
}
