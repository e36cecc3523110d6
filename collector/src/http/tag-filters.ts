import type { TagFilter } from '../store/query.ts'
import { badRequest } from './problem.ts'

const FILTER = /^([^=!]+?)(=~|!~|!=|=)(.*)$/s

/** `tag=v`, `tag!=v`, `tag=~re`, `tag!~re`. @throws HttpProblem 400 */
export function parseTagFilter(text: string): TagFilter {
  const [, tag, operator, value] = FILTER.exec(text) ?? []
  if (tag !== undefined && value !== undefined && isOperator(operator)) {
    return { tag, operator, value }
  }
  throw badRequest({
    zh: `where：“${text}”不是条件；应为 tag=v、tag!=v、tag=~re 或 tag!~re`,
    en: `where: "${text}" is no condition; expected tag=v, tag!=v, tag=~re or tag!~re`,
  })
}

function isOperator(text: string | undefined): text is TagFilter['operator'] {
  return text === '=' || text === '!=' || text === '=~' || text === '!~'
}
