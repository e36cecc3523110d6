import { Baselines } from './baselines.ts'
import type { HistoryPoints } from '../history.ts'
import { NO_CROSSING_SECONDS, type PointFunction } from './point-function.ts'
import { MAX_TREND_POINTS, TrendFit, type Trend } from './trend.ts'
import { fillWindow } from './window-fill.ts'
import {
  FIT_MS,
  LAST,
  LAST_MS,
  LEVEL,
  OPEN_MS,
  partMs,
  slackMs,
  SLOPE,
  START_MS,
  TOTAL,
  WindowStates,
} from './window-states.ts'

/**
 * What the functions of points give. A state keeps at most 66 buckets (98 for a trend), 24 bytes each. A window of up to 62 samples is exact; of
 * more, its far end is known to a 62nd of its length: a bucket counts as long as its newest sample does.
 *
 * Times are the samples' own, epoch ms; a sample that is not newer than the last changes nothing. A window needs half its length of history to have a
 * value (a trend a quarter); for averages, least and greatest values and trends a gap is no history.
 */
export class WindowFunctions {
  readonly #states = new WindowStates()
  readonly #baselines = new Baselines()
  readonly #fit = new TrendFit()
  readonly #trend: Trend = { slope: NaN, level: NaN }

  /** Bytes of all windows. */
  get bytes(): number {
    return this.#states.bytes
  }

  /** Whether a state has had a sample yet. */
  hasBegun(state: number): boolean {
    return this.#states.hasBegun(state)
  }

  /** Takes a sample into account; what the function gives then, NaN where it has no value. `limit` is for timeTo. */
  observe(fn: PointFunction, state: number, timeMs: number, value: number, limit: number): number {
    return this.#states.note(fn, state, timeMs, value) ? this.#tell(fn, state, limit) : NaN
  }

  /** Takes in what came before its first sample. `atMs`: now, in the samples' time. A baseline is told anew each time, a window is filled once. */
  fill(fn: PointFunction, state: number, history: HistoryPoints, atMs: number): void {
    if (fn.name === 'baseline') this.#baselines.fill(state, history, atMs)
    else if (fn.windowMs > 0) fillWindow(this.#states, fn, state, history, atMs)
  }

  #tell(fn: PointFunction, state: number, limit: number): number {
    switch (fn.name) {
      case 'increase':
        return this.#growth(fn, state)
      case 'rate':
        if (fn.windowMs === 0) return this.#states.get(state, SLOPE)
        return (this.#growth(fn, state) / this.#spanMs(state)) * 1000
      case 'delta':
        return this.#spanMs(state) < leastMs(fn, 2)
          ? NaN
          : this.#states.get(state, LAST) - this.#states.rings.first(state, 0)
      case 'avg':
        return this.#mean(fn, state)
      case 'min':
      case 'max':
        return this.#extreme(fn, state)
      case 'timeTo':
        return this.#timeTo(fn, state, limit)
      case 'baseline':
        return this.#baselines.at(state, this.#states.get(state, LAST_MS))
    }
  }

  #spanMs(state: number): number {
    return this.#states.get(state, LAST_MS) - this.#states.rings.time(state, 0)
  }

  #growth(fn: PointFunction, state: number): number {
    if (this.#spanMs(state) < leastMs(fn, 2)) return NaN
    return this.#states.get(state, TOTAL) - this.#states.rings.first(state, 0)
  }

  #mean(fn: PointFunction, state: number): number {
    const rings = this.#states.rings
    if (this.#historyMs(fn, state) < leastMs(fn, 2)) return NaN
    let sum = 0
    let count = 0
    for (let index = rings.count(state) - 1; index >= 0; index--) {
      sum += rings.first(state, index)
      count += rings.second(state, index)
    }
    return sum / count
  }

  #extreme(fn: PointFunction, state: number): number {
    const rings = this.#states.rings
    if (this.#historyMs(fn, state) < leastMs(fn, 2)) return NaN
    let found = rings.first(state, 0)
    for (let index = rings.count(state) - 1; index > 0; index--) {
      const value = rings.first(state, index)
      if (fn.name === 'min' ? value < found : value > found) found = value
    }
    return found
  }

  /** How long of the window samples came. */
  #historyMs(fn: PointFunction, state: number): number {
    const rings = this.#states.rings
    const longestMs = fn.gapMs + partMs(fn)
    let historyMs = 0
    let beforeMs = rings.time(state, 0)
    for (let index = 1; index < rings.count(state); index++) {
      const timeMs = rings.time(state, index)
      if (timeMs - beforeMs <= longestMs) historyMs += timeMs - beforeMs
      beforeMs = timeMs
    }
    return historyMs
  }

  #timeTo(fn: PointFunction, state: number, limit: number): number {
    if (this.#states.get(state, FIT_MS) !== this.#states.get(state, OPEN_MS)) this.#refit(fn, state)
    const slope = this.#states.get(state, SLOPE)
    const fitMs = this.#states.get(state, FIT_MS)
    const start =
      this.#states.get(state, LEVEL) + slope * (this.#states.get(state, START_MS) - fitMs)
    const now = this.#states.get(state, LEVEL) + slope * (this.#states.get(state, LAST_MS) - fitMs)
    return timeToCross(start, now, slope, limit)
  }

  /** Tells the trend anew, of the buckets that are closed: it changes only when one more is. */
  #refit(fn: PointFunction, state: number): void {
    const rings = this.#states.rings
    const { times, values } = this.#fit
    const openMs = this.#states.get(state, OPEN_MS)
    const closed = rings.count(state) - 1
    const from = Math.max(0, closed - MAX_TREND_POINTS)
    const count = closed - from
    for (let index = 0; index < count; index++) {
      times[index] = rings.time(state, from + index)
      values[index] = rings.first(state, from + index) / rings.second(state, from + index)
    }
    const enough = this.#historyMs(fn, state) >= leastMs(fn, 4)
    this.#fit.fit(enough ? count : 0, openMs, this.#trend)
    this.#states.set(state, SLOPE, this.#trend.slope)
    this.#states.set(state, LEVEL, this.#trend.level)
    this.#states.set(state, START_MS, times[0] ?? NaN)
    this.#states.set(state, FIT_MS, openMs)
  }
}

/** How much history a window needs to have a value: one of so many parts. */
function leastMs(fn: PointFunction, part: number): number {
  return fn.windowMs / part - slackMs(fn)
}

/** Seconds until a line reaches a limit; 0 where it did so within the window. Units: the line's per ms. */
function timeToCross(start: number, now: number, slope: number, limit: number): number {
  if ((start - limit) * (now - limit) <= 0) return 0
  const seconds = (limit - now) / slope / 1000
  if (seconds >= 0) return Math.min(seconds, NO_CROSSING_SECONDS)
  return Number.isNaN(seconds) ? NaN : NO_CROSSING_SECONDS
}
