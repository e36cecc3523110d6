import type { FieldDeclaration, LocalizedText, Unit } from '@wardround/protocol'
import type { Expression, ReadNode } from './expression.ts'

/** The smallest and largest value that something can have. */
export interface ValueRange {
  readonly low: number
  readonly high: number
}

/** Names whose percentages are shares of a whole (metrics.md, Naming 2; Telegraf's cpu). Others, as procstat's cpu_usage, may pass 100. */
const SHARE = /_percent$|^usage_/
/** Differences: nothing is lost below −100, and there is no end to growing. */
const CHANGE = /change_percent$/

const NOT_NEGATIVE: readonly Unit[] = [
  'bytes',
  'count',
  'per_second',
  'bytes_per_second',
  'megabits_per_second',
  'sectors',
  'rpm',
  'hours',
]

/** What a field can hold, by its declaration. */
export function fieldRange(name: string, declaration: FieldDeclaration): ValueRange {
  const { unit } = declaration
  if (unit === 'percent' && CHANGE.test(name)) return { low: -100, high: Infinity }
  if (unit === 'percent') return { low: 0, high: SHARE.test(name) ? 100 : Infinity }
  if (unit === 'boolean') return { low: 0, high: 1 }
  if (unit === 'state') return stateRange(declaration)
  return { low: NOT_NEGATIVE.includes(unit) ? 0 : -Infinity, high: Infinity }
}

function stateRange({ states }: FieldDeclaration): ValueRange {
  const known = Object.keys(states ?? {}).map(Number)
  return known.length === 0
    ? { low: -Infinity, high: Infinity }
    : { low: Math.min(...known), high: Math.max(...known) }
}

/** What a numeric expression can give, by interval arithmetic over what it reads. */
export function expressionRange(
  node: Expression,
  rangeOf: (read: ReadNode) => ValueRange,
): ValueRange {
  if (node.kind === 'number') return { low: node.value, high: node.value }
  if (node.kind === 'field' || node.kind === 'function') return rangeOf(node)
  if (node.kind === 'negate') {
    const { low, high } = expressionRange(node.operand, rangeOf)
    return { low: -high, high: -low }
  }
  const left = expressionRange(node.left, rangeOf)
  const right = expressionRange(node.right, rangeOf)
  if (node.operator === '+') return { low: left.low + right.low, high: left.high + right.high }
  if (node.operator === '-') return { low: left.low - right.high, high: left.high - right.low }
  if (node.operator === '*') return corners(left, right, (a, b) => a * b)
  return quotientRange(left, right)
}

function quotientRange(left: ValueRange, right: ValueRange): ValueRange {
  if (right.low > 0 || right.high < 0) return corners(left, right, (a, b) => a / b)
  // A divisor that may come close to 0: only the sign is known.
  if (left.low >= 0 && right.low >= 0) return { low: 0, high: Infinity }
  return { low: -Infinity, high: Infinity }
}

function corners(
  left: ValueRange,
  right: ValueRange,
  combine: (a: number, b: number) => number,
): ValueRange {
  const results = [left.low, left.high]
    .flatMap((a) => [combine(a, right.low), combine(a, right.high)])
    .map((result) => (Number.isNaN(result) ? 0 : result))
  return { low: Math.min(...results), high: Math.max(...results) }
}

/** Whether `value <comparison> bound` can ever be true. */
export function canHold(range: ValueRange, comparison: string, bound: number): boolean {
  switch (comparison) {
    case '>':
      return range.high > bound
    case '>=':
      return range.high >= bound
    case '<':
      return range.low < bound
    case '<=':
      return range.low <= bound
    case '==':
      return range.low <= bound && bound <= range.high
    default:
      return range.low !== bound || range.high !== bound
  }
}

/** What numbers there are, for people. */
export function describeRange({ low, high }: ValueRange): LocalizedText {
  if (high === Infinity) return { zh: `不小于 ${low} 的数`, en: `a number from ${low} up` }
  if (low === -Infinity) return { zh: `不大于 ${high} 的数`, en: `a number up to ${high}` }
  return { zh: `${low} 到 ${high} 之间的数`, en: `a number from ${low} to ${high}` }
}
