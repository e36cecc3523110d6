import { compileCondition, type CellOf, type Test } from '../language/compile-expression.ts'
import type { CompiledLevel, RuleText } from '../compiled-rule.ts'
import { readsOf, type ReadNode } from '../language/expression.ts'
import { describeThreshold } from './describe-threshold.ts'
import type { ReadLevel } from './read-level.ts'
import { compileThreshold, direction, isStateSet } from './threshold.ts'

/** What a level can't be judged without. */
export function neededReads({ and }: ReadLevel): ReadNode[] {
  return and === undefined ? [] : readsOf(and)
}

/** What is read for what suffices alone: a point that lacks some of it is judged by the rest. */
export function optionalReads({ or }: ReadLevel): ReadNode[] {
  return or === undefined ? [] : readsOf(or)
}

export function compileLevel(
  level: ReadLevel,
  cellOf: CellOf,
  { unit, states }: Pick<RuleText, 'unit' | 'states'>,
): CompiledLevel {
  const and = level.and === undefined ? undefined : compileCondition(level.and, cellOf)
  const or = level.or === undefined ? undefined : compileCondition(level.or, cellOf)
  return {
    ...level.timing,
    threshold: describeThreshold(level.threshold, unit, states),
    raises: join(compileThreshold(level.threshold), and, or),
    holds: join(compileThreshold(level.kept), and, or),
  }
}

/** The values between which none of the levels is raised, told by their thresholds alone. */
export function calmBetween(levels: readonly ReadLevel[]): { above: number; below: number } {
  let above = -Infinity
  let below = Infinity
  for (const { threshold, or } of levels) {
    const side = direction(threshold)
    if (side === 0 || isStateSet(threshold) || or !== undefined) return { above: NaN, below: NaN }
    if (side === 1) below = Math.min(below, threshold.bound)
    else above = Math.max(above, threshold.bound)
  }
  return { above, below }
}

/** (crossed and `and`) or `or`. */
function join(
  crossed: (value: number) => boolean,
  and: Test | undefined,
  or: Test | undefined,
): CompiledLevel['raises'] {
  if (and === undefined && or === undefined) return crossed
  return (value, cells, base) =>
    (crossed(value) && (and === undefined || and(cells, base))) ||
    (or !== undefined && or(cells, base))
}
