import type { Cadence } from './schedule.ts'

/** A tick so close to its slot carries the slot's time: a timer's jitter of a few ms would only cost bytes. */
const SNAP_MS = 20

/** Steps back by less than this are the agent's to hide: beyond it the collector corrects the time (design D3, 2 s). */
const SMALL_STEP_BACK_MS = 2_500

/** So many steps back over the same time leave its slots by moments of their own. */
const MOMENTS = 1_000

/**
 * Gives ticks their timestamps: the wall clock's, drawn to the slot when it is all but there, and none twice, since of two samples of one time the
 * second is not stored. So a slot that may have been given before the clock was set back is left by a moment, by another one after each step back.
 */
export class TickTimes {
  #lastMs = -Infinity
  #newestMs = -Infinity
  #stepsBack = 0

  /** The timestamp of a tick at this wall time, epoch ms. */
  next(cadence: Cadence, wallMs: number): number {
    this.#lastMs = this.#choose(cadence, wallMs)
    this.#newestMs = Math.max(this.#newestMs, this.#lastMs)
    return this.#lastMs
  }

  #choose({ everyMs, phaseMs }: Cadence, wallMs: number): number {
    const slotMs = Math.round((wallMs - phaseMs) / everyMs) * everyMs + phaseMs
    const timeMs = Math.abs(wallMs - slotMs) <= SNAP_MS ? slotMs : Math.round(wallMs)
    const backMs = this.#lastMs - timeMs
    if (backMs >= 0 && backMs < SMALL_STEP_BACK_MS) return this.#lastMs + 1
    if (backMs >= 0) this.#stepsBack++
    const mayBeGiven = timeMs === slotMs && timeMs <= this.#newestMs
    return mayBeGiven ? slotMs + SNAP_MS + 1 + ((this.#stepsBack - 1) % MOMENTS) : timeMs
  }
}
