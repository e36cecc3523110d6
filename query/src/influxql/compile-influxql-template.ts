import { identifyingTagsOf } from '../declared-kind.ts'
import { checkTemplate, fixedOf, isVariable } from '../template/check-template.ts'
import { isWindowed, windowedOf } from '../template/template-query.ts'
import type {
  Formula,
  TemplateAggregate,
  TemplateQuery,
  TemplateSpan,
  Windowed,
} from '../template/template-query.ts'
import { quoteName, toCondition } from './quote-influxql.ts'

export interface InfluxQlTemplateOptions {
  readonly span: TemplateSpan
  /** Name of the answer's column; `value` if not said. */
  readonly as?: string | undefined
}

/**
 * A template in the InfluxQL that Grafana's InfluxDB data source sends: `$timeFilter`, `$__interval` and variables are filled in by Grafana. A rate is
 * `non_negative_derivative` of windows' last samples: where a counter was reset the window is left out.
 * @throws QueryError
 */
export function compileInfluxQlTemplate(
  query: TemplateQuery,
  { span, as = 'value' }: InfluxQlTemplateOptions,
): string {
  checkTemplate(query)
  if (!takesTwoSteps(query, span)) {
    const fill = span === 'windows' ? 'null' : undefined
    return `SELECT ${toText(query.value, toFunction)} AS ${quoteName(as)} ${from(query)}${groupBy(query.groupBy, fill)}`
  }
  return nested(query, span, as)
}

/** Whether series are looked at one by one first: a group's rate is the sum of its series', and one of the whole range the mean of its windows'. */
function takesTwoSteps(
  { measurement, value, where, groupBy: tags }: TemplateQuery,
  span: TemplateSpan,
): boolean {
  if (!windowedOf(value).some(({ aggregate }) => isSlope(aggregate))) return false
  if (span === 'range') return true
  const fixed = fixedOf(where).filter(({ operator }) => operator === '=')
  const known = [...tags, ...fixed.map(({ tag }) => tag)]
  return !identityOf(measurement).every((tag) => known.includes(tag))
}

function identityOf(measurement: string): string[] {
  return ['host', ...identifyingTagsOf(measurement)]
}

function isSlope(aggregate: TemplateAggregate): boolean {
  return aggregate === 'rate' || aggregate === 'growth'
}

/** Each series' windows by themselves, then what becomes of them together. */
function nested(query: TemplateQuery, span: TemplateSpan, as: string): string {
  const parts = windowedOf(query.value)
  const own = [...new Set([...identityOf(query.measurement), ...query.groupBy])]
  const columns = parts.map((part, at) => `${toFunction(part)} AS "part${at}"`).join(', ')
  const each = `SELECT ${columns} ${from(query)}${groupBy(own, 'none')}`
  const value = toText(query.value, (part) => together(part, parts.indexOf(part), span))
  const time = span === 'windows' ? ' WHERE $timeFilter' : ''
  return `SELECT ${value} AS ${quoteName(as)} FROM (${each})${time}${groupBy(query.groupBy, span === 'windows' ? 'null' : undefined)}`
}

function together({ aggregate }: Windowed, at: number, span: TemplateSpan): string {
  if (isSlope(aggregate)) return `${span === 'windows' ? 'sum' : 'mean'}("part${at}")`
  return `${aggregate === 'count' ? 'sum' : aggregate}("part${at}")`
}

function from({ measurement, where }: TemplateQuery): string {
  const conditions = where.map((filter) =>
    isVariable(filter)
      ? `(${quoteName(filter.tag)}::tag =~ /^\${${filter.variable}:regex}$/)`
      : toCondition(filter),
  )
  return `FROM ${quoteName(measurement)} WHERE ${['$timeFilter', ...conditions].join(' AND ')}`
}

/** With what stands before it; `fill` says that windows of Grafana's interval are wanted. */
function groupBy(tags: readonly string[], fill: 'none' | 'null' | undefined): string {
  const time = fill === undefined ? [] : ['time($__interval)']
  const parts = [...time, ...tags.map((tag) => quoteName(tag))]
  if (parts.length === 0) return ''
  return ` GROUP BY ${parts.join(', ')}${fill === undefined ? '' : ` fill(${fill})`}`
}

function toText(formula: Formula, say: (windowed: Windowed) => string): string {
  if (typeof formula === 'number') return String(formula)
  if (isWindowed(formula)) return say(formula)
  const side = (one: Formula): string => {
    const isLeaf = typeof one === 'number' || isWindowed(one)
    return isLeaf ? toText(one, say) : `(${toText(one, say)})`
  }
  return `${side(formula.left)} ${formula.operator} ${side(formula.right)}`
}

function toFunction({ aggregate, field }: Windowed): string {
  const name = quoteName(field)
  if (aggregate === 'rate') return `non_negative_derivative(last(${name}), 1s)`
  if (aggregate === 'growth') return `derivative(mean(${name}), 1s)`
  return `${aggregate}(${name})`
}
