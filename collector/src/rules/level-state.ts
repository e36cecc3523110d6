import type { LevelTiming } from './compiled-rule.ts'

/** How far one severity of one alert has come. Times are of the engine's clock. */
export interface LevelState {
  /** Whether it has held for long enough, and not been clear for long enough since. */
  active: boolean
  /** While not active: since when the condition holds. */
  raisedAtMs: number | undefined
  /** While active: since when it is clear. */
  clearAtMs: number | undefined
  /** While active: samples in a row that were clear, counted as far as they are needed. */
  clearSamples: number
}

export function idleLevel(): LevelState {
  return { active: false, raisedAtMs: undefined, clearAtMs: undefined, clearSamples: 0 }
}

/** What one sample says of one severity. */
export interface Observation {
  /** The condition holds. */
  readonly raises: boolean
  /** The condition holds, or holds with the number of `clear` in the place of its own. */
  readonly holds: boolean
  readonly atMs: number
}

/** Takes one sample into account. */
export function stepLevel(level: LevelState, timing: LevelTiming, seen: Observation): void {
  if (level.active) stepActive(level, timing, seen)
  else stepWaiting(level, timing, seen)
}

function stepWaiting(level: LevelState, timing: LevelTiming, { raises, atMs }: Observation): void {
  if (!raises) {
    level.raisedAtMs = undefined
    return
  }
  level.raisedAtMs ??= atMs
  if (hasLasted(level.raisedAtMs, atMs, timing.forMs)) activate(level)
}

function stepActive(level: LevelState, timing: LevelTiming, { holds, atMs }: Observation): void {
  if (holds) {
    forgetClear(level)
    return
  }
  level.clearAtMs ??= atMs
  level.clearSamples = Math.min(level.clearSamples + 1, timing.clearSamples)
  const isClear =
    hasLasted(level.clearAtMs, atMs, timing.clearForMs) && level.clearSamples >= timing.clearSamples
  if (isClear) deactivate(level)
}

/** Arrivals wobble: the last sample of `for` must not be one too few because it came some milliseconds early. */
function hasLasted(sinceMs: number, atMs: number, durationMs: number): boolean {
  return atMs - sinceMs >= durationMs - Math.min(1000, durationMs / 20)
}

export function activate(level: LevelState): void {
  level.active = true
  level.raisedAtMs = undefined
  forgetClear(level)
}

export function deactivate(level: LevelState): void {
  level.active = false
  level.raisedAtMs = undefined
  forgetClear(level)
}

/** Lets both timers start anew: nothing was heard for so long that they say nothing. */
export function forgetTimers(level: LevelState): void {
  level.raisedAtMs = undefined
  forgetClear(level)
}

export function forgetClear(level: LevelState): void {
  level.clearAtMs = undefined
  level.clearSamples = 0
}
