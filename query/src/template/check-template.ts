import { checkQuery } from '../check-query.ts'
import { QueryError } from '../query-error.ts'
import type { TagFilter } from '../query.ts'
import { windowedOf } from './template-query.ts'
import type { TemplateFilter, TemplateQuery, VariableFilter } from './template-query.ts'

/** A variable's name stands in a store's language, between Grafana's brackets. */
const VARIABLE = /^[A-Za-z_]\w*$/

/** What every store refuses alike, and a value of no field. @throws QueryError */
export function checkTemplate({ measurement, value, where, groupBy }: TemplateQuery): void {
  const windowed = windowedOf(value)
  if (windowed.length === 0) {
    throw new QueryError({
      zh: `${measurement}：公式中没有任何字段`,
      en: `${measurement}: the formula has no field`,
    })
  }
  for (const filter of where) if (isVariable(filter)) checkVariable(filter.variable)
  const fixed = fixedOf(where)
  for (const { field, aggregate: wanted } of windowed) {
    const aggregate = wanted === 'growth' ? 'mean' : wanted
    const times = { stepMs: 1000, fromMs: 0, toMs: 1000 }
    checkQuery({
      measurement,
      fields: [field],
      projects: 'all',
      where: fixed,
      aggregate,
      groupBy,
      ...times,
    })
  }
}

export function isVariable(filter: TemplateFilter): filter is VariableFilter {
  return 'variable' in filter
}

/** The conditions that no variable fills in. */
export function fixedOf(where: readonly TemplateFilter[]): TagFilter[] {
  return where.filter((filter): filter is TagFilter => !isVariable(filter))
}

function checkVariable(name: string): void {
  if (VARIABLE.test(name)) return
  throw new QueryError({
    zh: `变量“${name}”：应由字母、数字和下划线组成`,
    en: `variable "${name}": letters, digits and _ are expected`,
  })
}
