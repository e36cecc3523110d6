import { QueryError } from '../query.ts'
import type { TagFilter } from '../query.ts'

/** Says whether a tag's value passes; a missing tag has the value ''. */
export type TagTest = (value: string) => boolean

/**
 * `=~` and `!~` are JavaScript regular expressions that must match the whole value, as in PromQL; `.` matches line breaks too.
 * @throws QueryError
 */
export function toTagTest({ tag, operator, value }: TagFilter): TagTest {
  if (operator === '=') return (candidate) => candidate === value
  if (operator === '!=') return (candidate) => candidate !== value
  const expression = toExpression(tag, value)
  return operator === '=~'
    ? (candidate) => expression.test(candidate)
    : (candidate) => !expression.test(candidate)
}

function toExpression(tag: string, source: string): RegExp {
  try {
    return new RegExp(`^(?:${source})$`, 's')
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    throw new QueryError({
      zh: `where：对标签 ${tag} 给出的“${source}”不是正则表达式（${detail}）`,
      en: `where: "${source}", asked of tag ${tag}, is no regular expression: ${detail}`,
    })
  }
}
