import { describeRegexError } from './regex-reason.ts'
import { RuleTextError } from '../rule-problem.ts'

/** Whether a tag's value passes; a tag that is not there has the value ''. */
export type TagTest = (value: string) => boolean

interface TagPattern {
  readonly test: TagTest
  readonly negative: boolean
}

/**
 * Reads what a rule's `where` says of one tag: `value`, `!value`, `~regex`, `!~regex`, or a list of them. In a list one of the positive
 * ones must fit (if there is any), and each of the negative ones. A regular expression fits anywhere in the value unless anchored.
 * @throws RuleTextError at a regular expression that can't be read
 */
export function compileTagTest(written: string | readonly string[]): TagTest {
  const patterns = (typeof written === 'string' ? [written] : written).map(compilePattern)
  const wanted = patterns.filter(({ negative }) => !negative)
  const unwanted = patterns.filter(({ negative }) => negative)
  return (value) =>
    (wanted.length === 0 || wanted.some(({ test }) => test(value))) &&
    unwanted.every(({ test }) => !test(value))
}

/** The regular expression in an entry of `where`, with its offset, if it holds one. */
export function regexIn(
  entry: string,
): { readonly source: string; readonly at: number } | undefined {
  const at = entry.startsWith('!~') ? 2 : entry.startsWith('~') ? 1 : 0
  return at === 0 ? undefined : { source: entry.slice(at), at }
}

function compilePattern(entry: string): TagPattern {
  const negative = entry.startsWith('!')
  const regex = regexIn(entry)
  if (regex === undefined) {
    const wanted = negative ? entry.slice(1) : entry
    return { test: (value) => value === wanted, negative }
  }
  const compiled = compileRegex(regex.source, regex.at)
  return { test: (value) => compiled.test(value), negative }
}

/** Who reads the rule must see what it matches. */
const MAX_REGEX_CHARACTERS = 512

function compileRegex(source: string, at: number): RegExp {
  if (source.length > MAX_REGEX_CHARACTERS) {
    throw new RuleTextError(
      at,
      {
        zh: `正则表达式过长（${source.length} 个字符）`,
        en: `the regular expression is too long (${source.length} characters)`,
      },
      {
        zh: `至多 ${MAX_REGEX_CHARACTERS} 个字符`,
        en: `at most ${MAX_REGEX_CHARACTERS} characters`,
      },
    )
  }
  try {
    return new RegExp(source, 'u')
  } catch (error) {
    const reason = describeRegexError(error)
    throw new RuleTextError(
      at,
      { zh: `正则表达式无法解析：${reason.zh}`, en: `can't be read: ${reason.en}` },
      { zh: '正则表达式（ECMAScript）', en: 'a regular expression (ECMAScript)' },
    )
  }
}
