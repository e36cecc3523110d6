import { QueryError } from './query-error.ts'
import type { ProjectLimit, TagFilter } from './query.ts'

/** Says whether a tag's value passes; a missing tag has the value ''. */
export type TagTest = (value: string) => boolean

/** A condition as a function. @throws QueryError where an expression is none */
export function toTagTest(filter: TagFilter): TagTest {
  if (filter.operator === 'in') return oneOf(filter.values)
  const { tag, operator, value } = filter
  if (operator === '=') return (candidate) => candidate === value
  if (operator === '!=') return (candidate) => candidate !== value
  const expression = toExpression(tag, value)
  return operator === '=~'
    ? (candidate) => expression.test(candidate)
    : (candidate) => !expression.test(candidate)
}

/** Whether the `project` of a series is within the limit. */
export function toProjectTest(limit: ProjectLimit): TagTest {
  return limit === 'all' ? () => true : oneOf(limit)
}

/** The whole value must match; `.` matches line breaks. */
export function toExpression(tag: string, source: string): RegExp {
  try {
    // By itself first: `a)(b` is none, though it is one in brackets.
    const { flags } = compile(source)
    return new RegExp(`^(?:${source})$`, flags)
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    throw new QueryError(
      {
        zh: `where：对标签 ${tag} 给出的“${source}”不是正则表达式（${detail}）`,
        en: `where: "${source}", asked of tag ${tag}, is no regular expression: ${detail}`,
      },
      { cause: error },
    )
  }
}

/** With Unicode's rules, as RE2 has them; without, where a needless backslash is no escape there. */
function compile(source: string): RegExp {
  try {
    return new RegExp(source, 'su')
  } catch (error) {
    if (/\\(?:[pP]|u\{)/.test(source)) throw error
    return new RegExp(source, 's')
  }
}

function oneOf(values: readonly string[]): TagTest {
  const wanted = new Set(values)
  return (candidate) => wanted.has(candidate)
}
