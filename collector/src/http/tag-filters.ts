import type { TagFilter } from '@wardround/query'
import { badRequest } from './problem.ts'

const FILTER = /^([^=!]+?)(=~|!~|!=|=)(.*)$/s

/** `tag=v`, `tag!=v`, `tag=~re`, `tag!~re`. @throws HttpProblem 400 */
export function parseTagFilter(text: string): TagFilter {
  const [, tag, operator, value] = FILTER.exec(text) ?? []
  if (tag !== undefined && value !== undefined && isOperator(operator)) {
    if (operator.endsWith('~')) checkExpression(text, value)
    return { tag, operator, value }
  }
  throw badRequest({
    zh: `where：“${text}”不是条件；应为 tag=v、tag!=v、tag=~re 或 tag!~re`,
    en: `where: "${text}" is no condition; expected tag=v, tag!=v, tag=~re or tag!~re`,
  })
}

/** By itself, not as a part of the one that is made of it: `a)(b` is none. */
function checkExpression(text: string, source: string): void {
  try {
    void new RegExp(source, 's')
  } catch {
    throw badRequest({
      zh: `where：条件“${text}”中的“${source}”不是 JavaScript 正则表达式；括号须成对，按原样匹配的符号前加 \\`,
      en: `where: "${source}" in "${text}" is no JavaScript regular expression; brackets must pair, and a sign that stands for itself needs a \\ before it`,
    })
  }
}

function isOperator(text: string | undefined): text is Exclude<TagFilter['operator'], 'in'> {
  return text === '=' || text === '!=' || text === '=~' || text === '!~'
}
