import { checkTemplate, fixedOf, isVariable } from '../template/check-template.ts'
import { isWindowed } from '../template/template-query.ts'
import type { Formula, TemplateQuery, TemplateSpan, Windowed } from '../template/template-query.ts'
import { labelName, selector } from './quote-promql.ts'

export interface PromqlTemplateOptions {
  readonly span: TemplateSpan
}

/** What is done within a series' window, and what with the series of a group. */
const FUNCTIONS: Readonly<Record<Windowed['aggregate'], readonly [each: string, group: string]>> = {
  mean: ['avg_over_time', 'avg'],
  min: ['min_over_time', 'min'],
  max: ['max_over_time', 'max'],
  sum: ['sum_over_time', 'sum'],
  count: ['count_over_time', 'sum'],
  last: ['last_over_time', 'max'],
  rate: ['rate', 'sum'],
  growth: ['deriv', 'sum'],
}

/**
 * A template in the PromQL that Grafana's Prometheus data source sends, plain enough for Prometheus 2.26 and VictoriaMetrics: `$__interval`,
 * `$__rate_interval`, `$__range` and variables are filled in by Grafana. A window is (t − interval, t], labelled by its end.
 * @throws QueryError
 */
export function compilePromqlTemplate(
  query: TemplateQuery,
  { span }: PromqlTemplateOptions,
): string {
  checkTemplate(query)
  return toText(query, query.value, span)
}

function toText(query: TemplateQuery, formula: Formula, span: TemplateSpan): string {
  if (typeof formula === 'number') return String(formula)
  if (isWindowed(formula)) return toAggregation(query, formula, span)
  const side = (one: Formula): string => {
    const isLeaf = typeof one === 'number' || isWindowed(one)
    return isLeaf ? toText(query, one, span) : `(${toText(query, one, span)})`
  }
  return `${side(formula.left)} ${formula.operator} ${side(formula.right)}`
}

function toAggregation(
  query: TemplateQuery,
  { aggregate, field }: Windowed,
  span: TemplateSpan,
): string {
  const [each, group] = FUNCTIONS[aggregate]
  const tags = query.groupBy.map((tag) => labelName(tag, 'promql')).join(', ')
  return `${group} by (${tags}) (${each}(${toSelector(query, field)}[${rangeOf(aggregate, span)}]))`
}

function rangeOf(aggregate: Windowed['aggregate'], span: TemplateSpan): string {
  if (span === 'range') return '$__range'
  return aggregate === 'rate' || aggregate === 'growth' ? '$__rate_interval' : '$__interval'
}

function toSelector({ measurement, where }: TemplateQuery, field: string): string {
  const variables = where.filter((filter) => isVariable(filter))
  const fixed = fixedOf(where)
  // Grafana writes a choice of values as an expression, in quotes that PromQL reads.
  const chosen = variables.map(({ tag, variable }) => `${labelName(tag, 'promql')}=~"$${variable}"`)
  return selector({ measurement, projects: 'all', where: fixed }, field, 'promql', chosen)
}
