import { StatementError } from '../influxql-error.ts'
import type { Binary, Expression } from '../language/syntax.ts'
import { toModelRegex } from './tag-conditions.ts'

/** A column's number, a tag's text, or nothing. */
export type RowValue = number | string | undefined

/** What a name stands for in a row. */
export type RowNames = (name: string) => RowValue

export type RowTest = (names: RowNames) => boolean

type Compare = (left: number | string, right: number | string) => boolean

const COMPARE: Readonly<Record<string, Compare>> = {
  '=': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
}

/** Conditions on the rows of a sub-query: all must hold. What compares with nothing doesn't. @throws StatementError */
export function toRowTest(conditions: readonly Expression[]): RowTest {
  const tests = conditions.map((condition) => testOf(condition))
  return (names) => tests.every((test) => test(names))
}

function testOf(condition: Expression): RowTest {
  const { kind } = condition
  if (kind === 'and') return toRowTest(condition.parts)
  if (kind === 'or') {
    const tests = condition.parts.map((part) => testOf(part))
    return (names) => tests.some((test) => test(names))
  }
  if (kind === 'boolean') return () => condition.value
  if (kind === 'binary') return comparison(condition)
  throw notACondition()
}

function comparison({ operator, left, right }: Binary): RowTest {
  const leftOf = valueOf(left)
  if (right.kind === 'regex') {
    const pattern = new RegExp(`^(?:${toModelRegex(right)})$`, 'su')
    const isWanted = operator === '=~'
    return (names) => {
      const value = leftOf(names) ?? ''
      return typeof value === 'string' && pattern.test(value) === isWanted
    }
  }
  const rightOf = valueOf(right)
  const compare = Object.hasOwn(COMPARE, operator) ? COMPARE[operator] : undefined
  if (compare === undefined) throw notACondition()
  return (names) => {
    const [a, b] = [leftOf(names), rightOf(names)]
    const isText = typeof a === 'string' || typeof b === 'string'
    // A tag that is not there is ''.
    const [one, other] = isText ? [a ?? '', b ?? ''] : [a, b]
    if (one === undefined || other === undefined || typeof one !== typeof other) return false
    return compare(one, other)
  }
}

function valueOf(expression: Expression): (names: RowNames) => RowValue {
  if (expression.kind === 'name') return (names) => names(expression.name)
  if (expression.kind === 'number' || expression.kind === 'text') {
    const { value } = expression
    return () => value
  }
  throw notACondition()
}

function notACondition(): StatementError {
  return new StatementError({
    zh: '子查询之外的 WHERE 只支持列或标签与数、文本或正则表达式的比较，以 AND、OR 相连',
    en: 'the WHERE of a query over a sub-query takes comparisons of a column or tag with a number, a text or a regular expression, joined by AND and OR',
  })
}
