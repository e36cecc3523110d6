import type { Comparison } from './expression.ts'
import type { ValueRange } from './value-range.ts'

/** The numbers from `low` to `high`, without the ends where these are open, and without the holes. */
export interface Interval extends ValueRange {
  readonly isLowOpen: boolean
  readonly isHighOpen: boolean
  readonly holes: readonly number[]
}

/** Bounds that differ by no more are one: they were reckoned in binary fractions. */
const CLOSE = 1e-9

const MIRRORED: Readonly<Record<Comparison, Comparison>> = {
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  '==': '==',
  '!=': '!=',
}

/** What is compared the same when both sides change their signs. */
export function mirrored(comparison: Comparison): Comparison {
  return MIRRORED[comparison]
}

export function closedInterval({ low, high }: ValueRange): Interval {
  return { low, high, isLowOpen: false, isHighOpen: false, holes: [] }
}

/** What a comparison with a number leaves of an interval. */
export function narrowed(from: Interval, comparison: Comparison, bound: number): Interval {
  switch (comparison) {
    case '>':
      return bound >= from.low ? { ...from, low: bound, isLowOpen: true } : from
    case '>=':
      return bound > from.low ? { ...from, low: bound, isLowOpen: false } : from
    case '<':
      return bound <= from.high ? { ...from, high: bound, isHighOpen: true } : from
    case '<=':
      return bound < from.high ? { ...from, high: bound, isHighOpen: false } : from
    case '==':
      return narrowed(narrowed(from, '>=', bound), '<=', bound)
    case '!=':
      return { ...from, holes: [...from.holes, bound] }
  }
}

/** Whether no number is left; where only some can be, none of these. */
export function isEmpty(interval: Interval, only?: readonly number[]): boolean {
  if (only !== undefined) return !only.some((value) => contains(interval, value))
  const { low, high, isLowOpen, isHighOpen, holes } = interval
  if (areClose(low, high)) return isLowOpen || isHighOpen || holes.includes(low)
  return low > high
}

function contains({ low, high, isLowOpen, isHighOpen, holes }: Interval, value: number): boolean {
  const isAbove = isLowOpen ? value > low : value >= low
  const isBelow = isHighOpen ? value < high : value <= high
  return isAbove && isBelow && !holes.includes(value)
}

function areClose(a: number, b: number): boolean {
  const greater = Math.max(Math.abs(a), Math.abs(b))
  return a === b || (Number.isFinite(greater) && Math.abs(a - b) <= CLOSE * greater)
}
