import { DAY_MS, HOUR_MS } from './faults.ts'
import type { Part } from './part.ts'

/** The grid of what is live. */
export const LIVE_STEP_MS = 5_000

/** Lengths of time before now, the longest first, and how often something is told there. */
const STEPS: readonly (readonly [olderThanMs: number, stepMs: number])[] = [
  [DAY_MS, 300_000],
  [2 * HOUR_MS, 60_000],
]
/** What tells of an agent's own work is thinner in the days before: there is much of it, and few look. */
const THIN_STEP_MS = 1_800_000

/** Lately everything is told at least so often, so that nobody waits for hours for an alert to be seen. */
const SELDOMEST_MS = 60_000

/** One moment at which something may be due. */
export interface Tick {
  readonly timeMs: number
  readonly stepMs: number
}

/** The moments after one time and up to another, on a grid that is coarse long ago and fine lately. */
export function* ticksBetween(afterMs: number, untilMs: number, nowMs: number): Generator<Tick> {
  for (let timeMs = afterMs; ;) {
    const stepMs = stepAt(timeMs, nowMs)
    timeMs = (Math.floor(timeMs / stepMs) + 1) * stepMs
    if (timeMs > untilMs) return
    yield { timeMs, stepMs: stepAt(timeMs, nowMs) }
  }
}

function stepAt(timeMs: number, nowMs: number): number {
  return STEPS.find(([olderThanMs]) => nowMs - timeMs > olderThanMs)?.[1] ?? LIVE_STEP_MS
}

/** Whether a part is due at a tick: as often as its probe runs, and no oftener than ticks are. */
export function isDue({ everyMs, probe }: Part, { timeMs, stepMs }: Tick): boolean {
  if (stepMs === LIVE_STEP_MS) return timeMs % Math.min(everyMs, SELDOMEST_MS) === 0
  const isThin = probe === 'agent.runner' && stepMs > 60_000
  return timeMs % Math.max(everyMs, isThin ? THIN_STEP_MS : stepMs) === 0
}
