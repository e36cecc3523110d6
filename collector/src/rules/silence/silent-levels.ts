import type { SilenceLevel } from '../compiled-rule.ts'
import type { LiveAlert } from '../alerts/live-alert.ts'
import { activate, deactivate, forgetClear } from '../levels/level-state.ts'

/** The agent is silent at this level; true where that is news. */
export function silence(live: LiveAlert, { severity }: SilenceLevel): boolean {
  const state = live.levels.find((level) => level.severity === severity)?.state
  if (state === undefined) return false
  const changed = !state.active || state.clearAtMs !== undefined
  if (state.active) forgetClear(state)
  else activate(state)
  return changed
}

/** The agent is silent, but ping does not say what the level is about; true where it was. */
export function release(live: LiveAlert, { severity }: SilenceLevel): boolean {
  const state = live.levels.find((level) => level.severity === severity)?.state
  if (state?.active !== true) return false
  deactivate(state)
  return true
}

/** The agent gave a heartbeat. */
export function hear(
  live: LiveAlert,
  { severity, heartbeats, keepMs }: SilenceLevel,
  atMs: number,
): void {
  const state = live.levels.find((level) => level.severity === severity)?.state
  if (state?.active !== true) return
  state.clearAtMs ??= atMs
  state.clearSamples++
  if (state.clearSamples >= heartbeats && atMs - state.clearAtMs >= keepMs) deactivate(state)
}
