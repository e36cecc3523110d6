import type { ValueRule } from '../compiled-rule.ts'
import { activate, isSameState, stepLevel } from '../levels/level-state.ts'
import type { LiveAlert, ShownValues } from '../alerts/live-alert.ts'
import type { Severity } from '../severity.ts'

/** Takes a sample into account at every level; true where something changed that must be remembered. */
export function stepLevels(
  live: LiveAlert,
  rule: ValueRule,
  value: number,
  cells: Float64Array,
  base: number,
  atMs: number,
): boolean {
  let changed = false
  let severerIsActive = false
  for (let index = rule.levels.length - 1; index >= 0; index--) {
    const level = rule.levels[index]
    const state = live.levels[index]?.state
    if (level === undefined || state === undefined) continue
    const before = { ...state }
    const raises = level.raises(value, cells, base)
    const holds = raises || (state.active && level.holds(value, cells, base))
    stepLevel(state, level, { raises, holds, atMs })
    // Critical says more than warning: when critical clears, a warning that holds need not wait anew.
    if (severerIsActive && raises && !state.active) activate(state)
    severerIsActive ||= state.active
    changed ||= !isSameState(before, state)
  }
  return changed
}

/** A later sample may lack these fields and not be evaluated: the numbers must stay with their value. */
export function keepShown(
  shown: ShownValues,
  rule: ValueRule,
  cells: Float64Array,
  base: number,
): void {
  for (const [name, { cell, unit, states }] of rule.shown) {
    const value = cells[base + cell] ?? NaN
    const kept = shown.get(name)
    if (kept !== undefined && kept.unit === unit && kept.states === states) kept.value = value
    else shown.set(name, { value, unit, states })
  }
}

/** The levels that hold, or whose condition does. */
export function raisedNow({ levels }: LiveAlert): Severity[] {
  return levels.flatMap(({ severity, state }) =>
    state.active || state.raisedAtMs !== undefined ? [severity] : [],
  )
}

/** What came to an end meanwhile no longer holds since the first sample. */
export function keepSinceFirst(live: LiveAlert): void {
  if (live.sinceFirst.length === 0) return
  const raised = raisedNow(live)
  if (raised.length < live.levels.length)
    live.sinceFirst = live.sinceFirst.filter((severity) => raised.includes(severity))
}
