import type { LevelTiming } from '../compiled-rule.ts'

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
  /** While active and to be kept (keepMs): since when the condition no longer holds. */
  lapsedAtMs: number | undefined
  /** Of a level that counts samples: which of the newest raised it, the newest in the lowest bit. */
  history: number
}

export function idleLevel(): LevelState {
  return {
    active: false,
    raisedAtMs: undefined,
    clearAtMs: undefined,
    clearSamples: 0,
    lapsedAtMs: undefined,
    history: 0,
  }
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
  const { samples } = timing
  if (samples !== undefined) stepCounting(level, timing, samples, seen)
  else if (level.active) stepActive(level, timing, seen)
  else stepWaiting(level, timing, seen)
}

/** The condition is that enough of the newest samples raise: it may hold although the newest one does not. */
function stepCounting(
  level: LevelState,
  timing: LevelTiming,
  { need, of }: NonNullable<LevelTiming['samples']>,
  { raises, holds, atMs }: Observation,
): void {
  level.history = ((level.history << 1) | (raises ? 1 : 0)) & (2 ** of - 1)
  const enough = countOnes(level.history) >= need
  if (level.active) stepActive(level, timing, { raises: enough, holds: enough || holds, atMs })
  else if (enough) activate(level)
  else if (level.history === 0) level.raisedAtMs = undefined
  else if (raises) level.raisedAtMs ??= atMs
}

function countOnes(bits: number): number {
  let ones = 0
  for (let rest = bits; rest !== 0; rest &= rest - 1) ones++
  return ones
}

function stepWaiting(level: LevelState, timing: LevelTiming, { raises, atMs }: Observation): void {
  if (!raises) {
    level.raisedAtMs = undefined
    return
  }
  level.raisedAtMs ??= atMs
  if (hasLasted(level.raisedAtMs, atMs, timing.forMs)) activate(level)
}

function stepActive(
  level: LevelState,
  timing: LevelTiming,
  { raises, holds, atMs }: Observation,
): void {
  if (timing.keepMs > 0) level.lapsedAtMs = raises ? undefined : (level.lapsedAtMs ?? atMs)
  if (holds) {
    forgetClear(level)
    return
  }
  level.clearAtMs ??= atMs
  level.clearSamples = Math.min(level.clearSamples + 1, timing.clearSamples)
  const isClear =
    hasLasted(level.clearAtMs, atMs, timing.clearForMs) &&
    level.clearSamples >= timing.clearSamples &&
    (level.lapsedAtMs === undefined || hasLasted(level.lapsedAtMs, atMs, timing.keepMs))
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
  level.lapsedAtMs = undefined
  forgetClear(level)
}

/** Lets all timers start anew: nothing was heard for so long that they say nothing. */
export function forgetTimers(level: LevelState): void {
  level.raisedAtMs = undefined
  level.lapsedAtMs = undefined
  level.history = 0
  forgetClear(level)
}

/** A state as another rule's level goes on with it: without what that level doesn't ask for. */
export function takeOver(
  state: LevelState,
  { samples, keepMs }: Pick<LevelTiming, 'samples' | 'keepMs'>,
): LevelState {
  return {
    ...state,
    history: samples === undefined ? 0 : state.history,
    lapsedAtMs: keepMs === 0 ? undefined : state.lapsedAtMs,
  }
}

/** Nothing about it needs to be remembered. */
export function isIdleLevel({ active, raisedAtMs, history }: LevelState): boolean {
  return !active && raisedAtMs === undefined && history === 0
}

/** Whether two states of one level say the same. */
export function isSameState(a: LevelState, b: LevelState): boolean {
  return (
    a.active === b.active &&
    a.raisedAtMs === b.raisedAtMs &&
    a.clearAtMs === b.clearAtMs &&
    a.clearSamples === b.clearSamples &&
    a.lapsedAtMs === b.lapsedAtMs &&
    a.history === b.history
  )
}

export function forgetClear(level: LevelState): void {
  level.clearAtMs = undefined
  level.clearSamples = 0
}
