import type { Expression, Operator } from '../language/expression.ts'
import { isStateSet, type Threshold } from '../levels/threshold.ts'
import { NotInPromql } from './not-in-promql.ts'
import { readPromql, type PointSource } from './point-source.ts'

/** A part of a PromQL expression: whether it is one number for all, or one for each point. */
export interface Promql {
  readonly text: string
  readonly isScalar: boolean
  /** It needs no brackets beside an operator. */
  readonly isClosed: boolean
}

/** A numeric expression. @throws NotInPromql */
function numericPromql(node: Expression, source: PointSource): Promql {
  if (node.kind === 'number') return scalar(node.value)
  if (node.kind === 'field' || node.kind === 'function')
    return { text: readPromql(node, source), isScalar: false, isClosed: true }
  if (node.kind === 'negate') {
    const { text, isScalar } = closed(numericPromql(node.operand, source))
    return { text: `-${text}`, isScalar, isClosed: false }
  }
  const left = closed(numericPromql(node.left, source))
  const right = closed(numericPromql(node.right, source))
  const text = `${left.text} ${node.operator} ${right.text}`
  return { text, isScalar: left.isScalar && right.isScalar, isClosed: false }
}

/** A condition: the points for which it holds. @throws NotInPromql */
export function conditionPromql(node: Expression, source: PointSource): string {
  if (node.kind !== 'binary') throw new TypeError(`a ${node.kind} is no condition`)
  const { operator, left, right } = node
  if (operator === 'and' || operator === 'or')
    return `(${conditionPromql(left, source)}) ${operator} (${conditionPromql(right, source)})`
  return comparison(left, operator, right, source)
}

function comparison(
  left: Expression,
  operator: Operator,
  right: Expression,
  source: PointSource,
): string {
  const sides = [left, right].map((side) => closed(numericPromql(side, source)))
  if (sides.every(({ isScalar }) => isScalar))
    throw new NotInPromql({
      zh: '条件只比较了常数',
      en: 'a condition compares numbers alone',
    })
  return sides.map(({ text }) => text).join(` ${operator} `)
}

/** The points whose value crosses a threshold, with that value. */
export function crossedPromql(value: string, threshold: Threshold): string {
  if (!isStateSet(threshold))
    return `${value} ${threshold.comparison} ${scalar(threshold.bound).text}`
  const { comparison: kind, states } = threshold
  return kind === 'in'
    ? states.map((state) => `${value} == ${state}`).join(' or ')
    : states.reduce((left, state) => `${left} != ${state}`, value)
}

/** The value of every point that has one: dividing by nothing gives none. */
export function valuePromql(node: Expression, source: PointSource): string {
  const value = numericPromql(node, source)
  if (value.isScalar) throw new NotInPromql({ zh: '没有引用任何字段', en: 'no field is read' })
  const { text } = closed(value)
  return divides(node) ? `(${text} > -Inf < Inf)` : text
}

function divides(node: Expression): boolean {
  if (node.kind === 'negate') return divides(node.operand)
  if (node.kind !== 'binary') return false
  const byNumber = node.right.kind === 'number' && node.right.value !== 0
  return (node.operator === '/' && !byNumber) || divides(node.left) || divides(node.right)
}

function scalar(value: number): Promql {
  return { text: String(value), isScalar: true, isClosed: value >= 0 }
}

function closed(part: Promql): Promql {
  return part.isClosed ? part : { ...part, text: `(${part.text})`, isClosed: true }
}
