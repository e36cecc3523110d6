import type { ReadLevel } from '../levels/read-level.ts'
import type { ReadValueRule } from '../values/compile-value-rule.ts'
import { fieldsOf, type FieldNode } from '../language/expression.ts'
import { isStateSet, type Threshold } from '../levels/threshold.ts'
import { quote, toMatchers, type Where } from './metric-selector.ts'
import { readPromql, type PointSource } from './point-source.ts'
import { conditionPromql, crossedPromql, valuePromql } from './promql.ts'
import { formatPromDuration } from './prom-duration.ts'

/** When an exported rule fires, and how long it waits before it does and before it ends. */
export interface AlertTiming {
  readonly expr: string
  readonly for?: string
  readonly keep_firing_for?: string
}

/** One severity of a rule, for the points of a source. */
export interface LevelToExport {
  readonly rule: Pick<ReadValueRule, 'definition' | 'value'>
  readonly level: ReadLevel
  /** Points of the source that another part of the rule is for. */
  readonly others: readonly Where[]
}

/** @throws NotInPromql */
export function alertExpression(
  { rule: { definition, value }, level, others }: LevelToExport,
  source: PointSource,
): AlertTiming {
  const valueText = valuePromql(value, source)
  const raises = raisesOf(valueText, level, source)
  const ownClear = hasOwnClear(level) && [
    `(${conditionOf(valueText, level.kept, level, source)})`,
    `and on (${source.labels.join(', ')}) ${firing(definition.id, level.timing.severity)}`,
  ]
  const condition = ownClear ? [`(${raises})`, 'or', ...ownClear].join('\n') : raises
  const [field] = fieldsOf(value)
  const left = field === undefined ? [] : others.map((where) => without(field, where, source))
  const expr = left.length === 0 ? condition : [`(${condition})`, ...left].join('\n')
  const keepMs = keepMsOf(level, source)
  return {
    expr,
    ...(level.timing.forMs > 0 && { for: formatPromDuration(level.timing.forMs) }),
    ...(keepMs > 0 && { keep_firing_for: formatPromDuration(keepMs) }),
  }
}

/** The condition itself; of a level that counts samples, that enough of the newest raised it. */
function raisesOf(value: string, level: ReadLevel, source: PointSource): string {
  const { samples } = level.timing
  const condition = conditionOf(value, level.threshold, level, source)
  if (samples === undefined) return condition
  // A second less than so many intervals: evaluated at its step, a subquery then looks at exactly so many times.
  const range = formatPromDuration(samples.of * source.everyMs - 1000)
  const step = formatPromDuration(source.everyMs)
  return `${value} and count_over_time((${condition})[${range}:${step}]) >= ${samples.need}`
}

/** All but the points that a `where` lets through. */
function without(field: FieldNode, where: Where, source: PointSource): string {
  const matchers = [...source.matchers, ...toMatchers(where)]
  return `unless ${readPromql(field, { ...source, matchers })}`
}

/** (crossed and `and`) or `or`; whichever it is, with the rule's value. */
function conditionOf(
  value: string,
  threshold: Threshold,
  { and, or }: ReadLevel,
  source: PointSource,
): string {
  const crossed = crossedPromql(value, threshold)
  const both = and === undefined ? crossed : `(${crossed}) and (${conditionPromql(and, source)})`
  return or === undefined ? both : `(${both}) or (${value} and (${conditionPromql(or, source)}))`
}

function hasOwnClear({ threshold, kept }: ReadLevel): boolean {
  if (isStateSet(threshold) || isStateSet(kept)) return false
  return threshold.comparison !== kept.comparison || threshold.bound !== kept.bound
}

/** What this very alert was a moment ago. */
function firing(id: string, severity: string): string {
  return `ALERTS{alertname=${quote(id)},alertstate="firing",severity=${quote(severity)}}`
}

/** How long it goes on when the condition no longer holds. Samples that must be clear one after the other take their intervals, less one. */
function keepMsOf({ timing }: ReadLevel, { everyMs }: PointSource): number {
  const { clearForMs, clearSamples, keepMs } = timing
  return Math.max(clearForMs, keepMs, (clearSamples - 1) * everyMs)
}
