import type { Unit } from '@wardround/protocol'
import type { Comparison } from '../language/expression.ts'
import { parseNumeric } from '../language/parse-expression.ts'
import { RuleTextError } from '../rule-problem.ts'

/** What a value is compared with: a number, or a list of states. */
export type Threshold = Bound | StateSet

/** `value <comparison> bound`. */
export interface Bound {
  readonly comparison: Comparison
  readonly bound: number
}

/** The value is one of the states, or none of them. */
export interface StateSet {
  readonly comparison: 'in' | 'notIn'
  readonly states: readonly number[]
}

/** The keys by which a rule file compares a value with a number. */
export const THRESHOLD_KEYS = {
  above: '>',
  atLeast: '>=',
  below: '<',
  atMost: '<=',
  equals: '==',
  notEquals: '!=',
} as const satisfies Record<string, Comparison>

export type ThresholdKey = keyof typeof THRESHOLD_KEYS

const OPPOSITE: Readonly<Record<Comparison, Comparison>> = {
  '>': '<=',
  '>=': '<',
  '<': '>=',
  '<=': '>',
  '==': '!=',
  '!=': '==',
}

/** What is true exactly where the bound is not crossed. */
export function opposite({ comparison, bound }: Bound): Bound {
  return { comparison: OPPOSITE[comparison], bound }
}

/** 1: crossed by rising; -1: by falling; 0: by being equal or not. */
export function direction({ comparison }: Threshold): 1 | -1 | 0 {
  if (comparison === '>' || comparison === '>=') return 1
  return comparison === '<' || comparison === '<=' ? -1 : 0
}

/** Whether every value that crosses `inner` crosses `outer` too, and some cross `outer` alone; of two bounds of one direction. */
export function isBeyond(inner: Bound, outer: Bound): boolean {
  const distance = (inner.bound - outer.bound) * direction(outer)
  if (distance !== 0) return distance > 0
  return isStrict(inner) && !isStrict(outer)
}

function isStrict({ comparison }: Bound): boolean {
  return comparison === '>' || comparison === '<'
}

const COMPILE: Readonly<Record<Comparison, (bound: number) => (value: number) => boolean>> = {
  '>': (bound) => (value) => value > bound,
  '>=': (bound) => (value) => value >= bound,
  '<': (bound) => (value) => value < bound,
  '<=': (bound) => (value) => value <= bound,
  '==': (bound) => (value) => value === bound,
  '!=': (bound) => (value) => value !== bound,
}

export function compileThreshold(threshold: Threshold): (value: number) => boolean {
  if (!isStateSet(threshold)) return COMPILE[threshold.comparison](threshold.bound)
  const { comparison, states } = threshold
  return comparison === 'in'
    ? (value) => states.includes(value)
    : (value) => !states.includes(value)
}

export function isStateSet(threshold: Threshold): threshold is StateSet {
  return threshold.comparison === 'in' || threshold.comparison === 'notIn'
}

/**
 * A number of a rule file in the unit of the rule's value: 85, 85%, 20GB, 10m.
 * @throws RuleTextError where it is no number, or of another unit
 */
export function parseQuantity(written: number | string, unit: Unit): number {
  if (typeof written === 'number') return written
  const node = parseNumeric(written)
  const number = node.kind === 'negate' ? node.operand : node
  if (number.kind !== 'number') {
    throw new RuleTextError(
      0,
      { zh: `“${written}”不是数字`, en: `"${written}" is no number` },
      {
        zh: '数字，可带单位，如 20GB、10m、85%',
        en: 'a number, with a unit where wanted: 20GB, 10m, 85%',
      },
    )
  }
  const value = node.kind === 'negate' ? -number.value : number.value
  if (number.unit === undefined || number.unit === unit) return value
  if (number.unit === 'seconds' && unit === 'milliseconds') return value * 1000
  throw new RuleTextError(
    0,
    {
      zh: `“${written}”的单位与规则的值（${unit}）不符`,
      en: `"${written}" is of another unit than the rule's value (${unit})`,
    },
    { zh: `单位为 ${unit} 的数`, en: `a number in ${unit}` },
  )
}
