import type { ValueRule } from '../compiled-rule.ts'

/** NaN where one of the fields that the rule names is missing. */
export function valueOf(rule: ValueRule, cells: Float64Array, base: number): number {
  const { needs, valueCell } = rule
  if (!hasAll(needs, cells, base)) return NaN
  return valueCell >= 0 ? (cells[base + valueCell] ?? NaN) : rule.value(cells, base)
}

/** Whether each of these cells of a point has a value. */
export function hasAll(wanted: readonly number[], cells: Float64Array, base: number): boolean {
  for (let index = 0; index < wanted.length; index++) {
    const value = cells[base + (wanted[index] ?? 0)] ?? NaN
    if (value !== value) return false // oxlint-disable-line no-self-compare -- NaN alone; a call per sample would cost
  }
  return true
}

/** Whether a value raises any level of its rule. Most don't: their rule's calm range tells it without a look at the levels. */
export function raisesAny(
  rule: ValueRule,
  value: number,
  cells: Float64Array,
  base: number,
): boolean {
  const { calm, levels } = rule
  if (value > calm.above && value < calm.below) return false
  for (const level of levels) if (level.raises(value, cells, base)) return true
  return false
}
