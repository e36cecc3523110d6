import type { FieldNode, FunctionNode, ReadNode } from '../language/expression.ts'
import { intervalOf } from '../catalogue.ts'
import type { RuleMeasurement } from '../language/rule-measurement.ts'
import { identityLabels, metricSelector, toMatchers, type Where } from './metric-selector.ts'
import { NotInPromql } from './not-in-promql.ts'
import { formatPromDuration } from './prom-duration.ts'

const UNDECLARED = {
  zh: '未声明的指标（undeclared）没有标签清单：所有标签都区分对象，而导出的表达式须逐一写出这些标签；在 metrics.d 中声明后即可导出',
  en: 'the tags of an undeclared metric are not known: each tells one point from another, and the expression must name them; declare the metric in metrics.d',
}

/** Prometheus takes no value that is older, unless it is asked to. */
const LOOK_BACK_MS = 300_000

/** The points of one measurement that a rule watches, as PromQL sees them. */
export interface PointSource {
  readonly measurement: string
  /** Labels that tell one point from another; descriptive tags are none of them. */
  readonly labels: readonly string[]
  /** How often what is read of them comes. */
  readonly everyMs: number
  /** What lets through the series of these points. */
  readonly matchers: readonly string[]
}

/**
 * The points that every one of `wheres` lets through; without `fields` all that the measurement has are read.
 * @throws NotInPromql
 */
export function pointSource(
  { name, facts }: RuleMeasurement,
  fields: readonly string[] | undefined,
  ...wheres: Where[]
): PointSource {
  if (facts.undeclared === true) throw new NotInPromql(UNDECLARED)
  return {
    measurement: name,
    labels: identityLabels(facts.identifyingTags),
    everyMs: intervalOf(facts, fields) * 1000,
    matchers: wheres.flatMap(toMatchers),
  }
}

/** A field or a function of one, by point. @throws NotInPromql */
export function readPromql(node: ReadNode, source: PointSource): string {
  return node.kind === 'field'
    ? byPoint(newest(node, source), source)
    : functionPromql(node, source)
}

const FUNCTIONS = {
  rate: 'rate',
  increase: 'increase',
  delta: 'delta',
  avg: 'avg_over_time',
  min: 'min_over_time',
  max: 'max_over_time',
} as const

function functionPromql(node: FunctionNode, source: PointSource): string {
  const { name, field, windowMs } = node
  if (name === 'baseline')
    throw new NotInPromql({
      zh: '基线（baseline，近 7 天同一小时的中位数）在 PromQL 中没有对应的函数',
      en: 'baseline (the median of the same hour of seven days) has no counterpart in PromQL',
    })
  if (name === 'timeTo') return timeToPromql(node, source)
  const series =
    windowMs === undefined
      ? `irate(${over(field, lookBackMs(source), source)})`
      : `${FUNCTIONS[name]}(${over(field, windowMs, source)})`
  return byPoint(series, source)
}

/** Seconds until the line through the window reaches the limit; nothing where it leads away from it. */
function timeToPromql({ field, limit, windowMs = 0 }: FunctionNode, source: PointSource): string {
  const reached = limit?.kind === 'field' ? readPromql(limit, source) : String(limit?.value ?? 0)
  const slope = byPoint(`deriv(${over(field, windowMs, source)})`, source)
  return `((${reached} - ${readPromql(field, source)}) / ${slope} >= 0)`
}

function byPoint(series: string, { labels }: PointSource): string {
  return `max by (${labels.join(', ')}) (${series})`
}

/** A field's newest values by series. */
export function newest(field: FieldNode, source: PointSource): string {
  const ms = lookBackMs(source)
  return ms > LOOK_BACK_MS ? `last_over_time(${over(field, ms, source)})` : selector(field, source)
}

/** How old a value may be and still count: what comes seldom is asked for over three of its intervals. */
function lookBackMs({ everyMs }: PointSource): number {
  return Math.max(LOOK_BACK_MS, 3 * everyMs)
}

function over(field: FieldNode, windowMs: number, source: PointSource): string {
  return `${selector(field, source)}[${formatPromDuration(windowMs)}]`
}

function selector({ field }: FieldNode, { measurement, matchers }: PointSource): string {
  return metricSelector(`${measurement}_${field}`, matchers)
}
