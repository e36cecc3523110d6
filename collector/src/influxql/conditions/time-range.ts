import { StatementError } from '../influxql-error.ts'
import { NS_PER_MS } from '../language/durations.ts'
import type { Binary, Expression } from '../language/syntax.ts'
import { timeValue } from './time-value.ts'
import type { Clock } from './time-value.ts'

/** Times in [fromMs, toMs), epoch ms; an end that nobody said is missing. */
export interface TimeRange {
  readonly fromMs?: number | undefined
  readonly toMs?: number | undefined
}

/** The times that a condition allows, and what else it asks for. */
export interface SplitCondition {
  readonly range: TimeRange
  readonly rest: readonly Expression[]
}

/** Times are compared in the conjunction alone. @throws StatementError */
export function splitCondition(condition: Expression | undefined, clock: Clock): SplitCondition {
  let range: TimeRange = {}
  const rest: Expression[] = []
  for (const part of partsOf(condition)) {
    if (isTimeComparison(part)) range = intersect(range, rangeOf(part, clock))
    else if (mentionsTime(part)) throw timeWithinOr()
    else rest.push(part)
  }
  return { range, rest }
}

export function intersect(a: TimeRange, b: TimeRange): TimeRange {
  const fromMs = Math.max(a.fromMs ?? -Infinity, b.fromMs ?? -Infinity)
  const toMs = Math.min(a.toMs ?? Infinity, b.toMs ?? Infinity)
  return {
    fromMs: fromMs === -Infinity ? undefined : fromMs,
    toMs: toMs === Infinity ? undefined : toMs,
  }
}

function partsOf(condition: Expression | undefined): readonly Expression[] {
  if (condition === undefined) return []
  return condition.kind === 'and' ? condition.parts.flatMap((part) => partsOf(part)) : [condition]
}

function isTimeComparison(part: Expression): part is Binary {
  return part.kind === 'binary' && (isTime(part.left) || isTime(part.right))
}

function isTime(expression: Expression): boolean {
  return expression.kind === 'name' && expression.name.toLowerCase() === 'time'
}

function mentionsTime(expression: Expression): boolean {
  if (expression.kind === 'and' || expression.kind === 'or') {
    return expression.parts.some((part) => mentionsTime(part))
  }
  return isTimeComparison(expression)
}

const MIRRORED: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' }

function rangeOf({ operator, left, right }: Binary, clock: Clock): TimeRange {
  const isLeft = isTime(left)
  const ns = timeValue(isLeft ? right : left, clock)
  switch (isLeft ? operator : (MIRRORED[operator] ?? operator)) {
    case '=':
      return { fromMs: firstMs(ns), toMs: firstMs(ns + 1n) }
    case '>':
      return { fromMs: firstMs(ns + 1n) }
    case '>=':
      return { fromMs: firstMs(ns) }
    case '<':
      return { toMs: firstMs(ns) }
    case '<=':
      return { toMs: firstMs(ns + 1n) }
    default:
      throw new StatementError({
        zh: `time 不能用 ${operator} 比较；应为 =、<、<=、> 或 >=`,
        en: `invalid time comparison operator: ${operator}`,
      })
  }
}

/** The first whole millisecond that is not before a time. */
function firstMs(ns: bigint): number {
  const whole = ns / NS_PER_MS
  return Number(ns > whole * NS_PER_MS ? whole + 1n : whole)
}

function timeWithinOr(): StatementError {
  return new StatementError({
    zh: '不支持在 OR 中限定 time；请用 AND 连接时间范围，或分成几条语句',
    en: 'a condition on time within OR is not supported: join it by AND, or ask in several statements',
  })
}
