import type { Query } from '../query.ts'
import type { PromqlDialect } from './promql-options.ts'
import type { PromqlSpan } from './promql-spans.ts'
import { labelName, selector } from './quote-promql.ts'

/** What of a query an expression is made for. */
export interface ExpressionOf {
  readonly query: Query
  readonly field: string
  readonly span: PromqlSpan
  readonly isCounter: boolean
}

/*
 * PromQL's ranges look back and include the time of evaluation: (t − d, t]. Samples have whole milliseconds, so that a range that ends one
 * millisecond before the window does is the window: `x[d] offset -(d − 1 ms)` at t is [t, t + d), labelled t.
 */

/**
 * Expressions are evaluated so much earlier than the window's label and look so much further ahead: VictoriaMetrics writes over what is evaluated at a
 * time of the last 30 seconds (`-search.latencyOffset`).
 */
export const EARLY_MS = 60_000

/** The values of a span's windows, one series for each group. */
export function toExpression(of: ExpressionOf, dialect: PromqlDialect): string {
  const { query } = of
  const group = query.groupBy.map((tag) => labelName(tag, dialect)).join(', ')
  const samples = windowSelector(of, dialect)
  const each = (name: string): string => `${name}_over_time(${samples})`
  switch (query.aggregate) {
    case 'mean':
      return `sum by (${group}) (${each('sum')}) / sum by (${group}) (${each('count')})`
    case 'sum':
    case 'count':
      return `sum by (${group}) (${each(query.aggregate)})`
    case 'min':
    case 'max':
      return `${query.aggregate} by (${group}) (${each(query.aggregate)})`
    case 'last':
      return edgeOf(group, each('last'), each('tlast'), 'max')
    case 'first':
      return edgeOf(group, each('first'), each('tfirst'), 'min')
    case 'rate':
      return `sum by (${group}) (${rateOf(of, dialect)})`
    case 'percentile':
    case 'raw':
      throw new Error(`${query.aggregate} is made of raw samples`)
  }
}

/** Of the series with the latest (or earliest) sample, the greatest value. */
function edgeOf(group: string, value: string, time: string, edge: 'max' | 'min'): string {
  const isEdge = `${time} == on (${group}) group_left () (${edge} by (${group}) (${time}))`
  return `max by (${group}) (${value} and (${isEdge}))`
}

/**
 * Of each series what it rose between the last samples of two windows, over their distance. MetricsQL says how much a series rose from the
 * first to the last sample of a range, resets taken out: over both windows, less that over the one before, is what is wanted.
 */
function rateOf(of: ExpressionOf, dialect: PromqlDialect): string {
  const { query, field, span, isCounter } = of
  const { lengthMs, beforeMs } = span
  const series = selector(query, field, dialect)
  const now = windowSelector(of, dialect)
  const before = `${series}[${beforeMs}ms]${offset(-1)}`
  const both = `${series}[${beforeMs + lengthMs}ms]${offset(lengthMs - 1)}`
  const time = `tlast_over_time(${now}) - tlast_over_time(${before})`
  if (!isCounter) return `(last_over_time(${now}) - last_over_time(${before})) / (${time})`
  // A window with one sample has no increase: 0, where it has that sample.
  const increaseBefore = `increase_prometheus(${before}) default (0 * tlast_over_time(${before}))`
  return `(increase_prometheus(${both}) - (${increaseBefore})) / (${time})`
}

function windowSelector({ query, field, span }: ExpressionOf, dialect: PromqlDialect): string {
  const { delayMs, lengthMs } = span
  return `${selector(query, field, dialect)}[${lengthMs}ms]${offset(delayMs + lengthMs - 1)}`
}

/** For a range that ends so long after the label; −1 at the least. */
function offset(aheadMs: number): string {
  return ` offset -${aheadMs + EARLY_MS}ms`
}
