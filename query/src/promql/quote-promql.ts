import { QueryError } from '../query-error.ts'
import type { Query, TagFilter } from '../query.ts'
import { quoteRe2, toRe2 } from '../to-re2.ts'
import type { PromqlDialect } from './promql-options.ts'

/** A text in PromQL's quotes; Go reads them as JSON writes them. */
function quoteText(text: string): string {
  return JSON.stringify(text)
}

/** A tag as the name of a label. @throws QueryError where the dialect has no words for it */
export function labelName(tag: string, dialect: PromqlDialect): string {
  if (/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(tag)) return tag
  if (dialect === 'metricsql' && /^[a-zA-Z_][\w.\-/ ]*$/.test(tag))
    return tag.replaceAll(/\W/g, String.raw`\$&`)
  throw new QueryError({
    zh: `标签“${tag}”不能作为 PromQL 的标签名；应由字母、数字和下划线组成`,
    en: `The tag "${tag}" is no name of a label in PromQL: letters, digits and _ are expected`,
  })
}

/** The series of a field that the limit of projects, the conditions and further matchers let through; all of them must fit. */
export function selector(
  { measurement, projects, where }: Pick<Query, 'measurement' | 'projects' | 'where'>,
  field: string,
  dialect: PromqlDialect,
  more: readonly string[] = [],
): string {
  const matchers = [
    `__name__=${quoteText(`${measurement}_${field}`)}`,
    ...(projects === 'all' ? [] : [`project=~${anyOf(projects)}`]),
    ...where.map((filter) => `${labelName(filter.tag, dialect)}${matcher(filter)}`),
    ...more,
  ]
  return `{${matchers.join(',')}}`
}

function matcher(filter: TagFilter): string {
  if (filter.operator === 'in') return `=~${anyOf(filter.values)}`
  const { operator, value } = filter
  if (operator === '=' || operator === '!=') return `${operator}${quoteText(value)}`
  return `${operator}${quoteText(`(?s:${toRe2(value)})`)}`
}

/** An expression that fits these values alone; of none it fits nothing: a project's name is not empty. */
function anyOf(values: readonly string[]): string {
  return quoteText(values.map((value) => quoteRe2(value)).join('|'))
}
