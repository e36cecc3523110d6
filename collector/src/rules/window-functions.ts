import { BucketRings } from './bucket-rings.ts'
import { counterGrowth } from './counter-growth.ts'
import { NO_CROSSING_SECONDS, type PointFunction } from './point-function.ts'
import { MAX_TREND_POINTS, TrendFit, type Trend } from './trend.ts'

/** Into so many parts a window is cut at most: samples that come closer together share a bucket. */
const PARTS = 62
const TREND_PARTS = MAX_TREND_POINTS - 2
/** Buckets that may stand in a window beside its parts: the one that is open, one that is half outside, and where history and live samples meet. */
const SPARE = 4

/** Numbers kept per state beside its buckets. */
const LAST_MS = 0
const LAST = 1
const TOTAL = 2
const OPEN_MS = 3
const FIRST_MS = 4
const FIRST = 5
const SLOPE = 6
const LEVEL = 7
const FIT_MS = 8
const START_MS = 9
const KEPT = 10

/**
 * What functions remember of the past, one state per function and point. A state keeps at most some 66 buckets (98 for a trend), 24 bytes each. A
 * window of up to 62 samples is exact; of more, its far end is known to a 62nd of its length: a bucket counts as long as its newest sample does.
 *
 * Times are the samples' own, epoch ms; a sample that is not newer than the last changes nothing. A window needs half its length of history to have a
 * value (a trend a quarter); for averages, least and greatest values and trends a gap is no history.
 */
export class WindowFunctions {
  readonly #rings = new BucketRings()
  readonly #fit = new TrendFit()
  readonly #trend: Trend = { slope: NaN, level: NaN }
  #kept = new Float64Array(KEPT * 64)
  #begun = new Uint8Array(64)

  /** Bytes of all states. */
  get bytes(): number {
    return this.#rings.bytes + this.#kept.byteLength
  }

  /** Whether a state has had a sample yet. */
  hasBegun(state: number): boolean {
    return this.#begun[state] === 1
  }

  /** Takes a sample into account; what the function gives then, NaN where it has no value. `limit` is for timeTo. */
  observe(fn: PointFunction, state: number, timeMs: number, value: number, limit: number): number {
    return this.note(fn, state, timeMs, value) ? this.#tell(fn, state, limit) : NaN
  }

  /** Takes a sample into account; false where it is not newer than the last. */
  note(fn: PointFunction, state: number, timeMs: number, value: number): boolean {
    if (this.#begun[state] !== 1) this.#begin(fn, state, timeMs, value)
    else if (!(timeMs > this.#get(state, LAST_MS))) return false
    if (fn.windowMs > 0) this.#noteInWindow(fn, state, timeMs, value)
    else this.#noteRate(fn, state, timeMs, value)
    this.#set(state, LAST_MS, timeMs)
    this.#set(state, LAST, value)
    return true
  }

  #tell(fn: PointFunction, state: number, limit: number): number {
    if (fn.windowMs === 0) return this.#get(state, SLOPE)
    switch (fn.name) {
      case 'increase':
        return this.#growth(fn, state)
      case 'rate':
        return (this.#growth(fn, state) / this.#spanMs(state)) * 1000
      case 'delta':
        return this.#spanMs(state) < leastMs(fn, 2)
          ? NaN
          : this.#get(state, LAST) - this.#rings.first(state, 0)
      case 'avg':
        return this.#mean(fn, state)
      case 'min':
      case 'max':
        return this.#extreme(fn, state)
      case 'timeTo':
        return this.#timeTo(fn, state, limit)
      case 'baseline':
        return NaN
    }
  }

  #begin(fn: PointFunction, state: number, timeMs: number, value: number): void {
    if (state >= this.#begun.length) this.#grow(state)
    this.#begun[state] = 1
    this.#kept.fill(NaN, state * KEPT, (state + 1) * KEPT)
    this.#set(state, LAST, value)
    this.#set(state, TOTAL, 0)
    this.#set(state, FIRST_MS, timeMs)
    this.#set(state, FIRST, value)
    if (fn.windowMs === 0) return
    const expected = Math.ceil(fn.windowMs / fn.everyMs) + SPARE
    this.#rings.begin(state, Math.min(mostBuckets(fn), Math.max(8, expected)))
  }

  #noteInWindow(fn: PointFunction, state: number, timeMs: number, value: number): void {
    const rings = this.#rings
    const opens = this.#opensBucket(fn, state, timeMs)
    if (opens) this.#set(state, OPEN_MS, timeMs)
    const newest = rings.count(state) - 1
    const first = this.#bucketValue(fn, state, value, opens ? -1 : newest)
    const count = opens ? 1 : rings.second(state, newest) + 1
    // A trend's bucket stands at the mean time of its samples, as its value is their mean; any other at its newest.
    const beforeMs = opens ? timeMs : rings.time(state, newest)
    const atMs = fn.name === 'timeTo' ? beforeMs + (timeMs - beforeMs) / count : timeMs
    if (opens) rings.push(state, mostBuckets(fn), atMs, first, count)
    else rings.amend(state, atMs, first, count)
    this.#forget(fn, state, timeMs)
  }

  /** rate without a window: per second since the sample before. */
  #noteRate(fn: PointFunction, state: number, timeMs: number, value: number): void {
    const elapsedMs = timeMs - this.#get(state, LAST_MS)
    const growth = counterGrowth(this.#get(state, LAST), value, fn.bits)
    this.#set(state, SLOPE, elapsedMs <= fn.gapMs ? (growth / elapsedMs) * 1000 : NaN)
  }

  #opensBucket(fn: PointFunction, state: number, timeMs: number): boolean {
    if (this.#rings.count(state) === 0) return true
    if (timeMs - this.#get(state, LAST_MS) > fn.gapMs) return true
    return timeMs - this.#get(state, OPEN_MS) >= partMs(fn)
  }

  /** What a bucket holds with one sample more; `newest` is the bucket that it falls into, -1 where it opens one. */
  #bucketValue(fn: PointFunction, state: number, value: number, newest: number): number {
    if (fn.name === 'increase' || fn.name === 'rate') {
      const growth = counterGrowth(this.#get(state, LAST), value, fn.bits)
      const total = this.#get(state, TOTAL) + growth
      this.#set(state, TOTAL, total)
      return total
    }
    if (newest < 0 || fn.name === 'delta') return value
    const before = this.#rings.first(state, newest)
    if (fn.name === 'min') return Math.min(before, value)
    return fn.name === 'max' ? Math.max(before, value) : before + value
  }

  /** Lets go what is outside of the window. Its far end belongs to it; samples wobble. */
  #forget(fn: PointFunction, state: number, timeMs: number): void {
    const sinceMs = timeMs - fn.windowMs - slackMs(fn)
    const rings = this.#rings
    while (rings.count(state) > 1 && rings.time(state, 0) < sinceMs) rings.dropOldest(state)
  }

  #spanMs(state: number): number {
    return this.#get(state, LAST_MS) - this.#rings.time(state, 0)
  }

  #growth(fn: PointFunction, state: number): number {
    if (this.#spanMs(state) < leastMs(fn, 2)) return NaN
    return this.#get(state, TOTAL) - this.#rings.first(state, 0)
  }

  #mean(fn: PointFunction, state: number): number {
    const rings = this.#rings
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
    const rings = this.#rings
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
    const rings = this.#rings
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
    if (this.#get(state, FIT_MS) !== this.#get(state, OPEN_MS)) this.#refit(fn, state)
    const slope = this.#get(state, SLOPE)
    const fitMs = this.#get(state, FIT_MS)
    const start = this.#get(state, LEVEL) + slope * (this.#get(state, START_MS) - fitMs)
    const now = this.#get(state, LEVEL) + slope * (this.#get(state, LAST_MS) - fitMs)
    return timeToCross(start, now, slope, limit)
  }

  /** Tells the trend anew, of the buckets that are closed: it changes only when one more is. */
  #refit(fn: PointFunction, state: number): void {
    const rings = this.#rings
    const { times, values } = this.#fit
    const openMs = this.#get(state, OPEN_MS)
    const closed = rings.count(state) - 1
    const from = Math.max(0, closed - MAX_TREND_POINTS)
    const count = closed - from
    for (let index = 0; index < count; index++) {
      times[index] = rings.time(state, from + index)
      values[index] = rings.first(state, from + index) / rings.second(state, from + index)
    }
    const enough = this.#historyMs(fn, state) >= leastMs(fn, 4)
    this.#fit.fit(enough ? count : 0, openMs, this.#trend)
    this.#set(state, SLOPE, this.#trend.slope)
    this.#set(state, LEVEL, this.#trend.level)
    this.#set(state, START_MS, times[0] ?? NaN)
    this.#set(state, FIT_MS, openMs)
  }

  #get(state: number, number: number): number {
    return this.#kept[state * KEPT + number] ?? NaN
  }

  #set(state: number, number: number, value: number): void {
    this.#kept[state * KEPT + number] = value
  }

  #grow(state: number): void {
    const length = Math.max(state + 1, this.#begun.length * 2)
    const begun = new Uint8Array(length)
    begun.set(this.#begun)
    this.#begun = begun
    const kept = new Float64Array(length * KEPT)
    kept.set(this.#kept)
    this.#kept = kept
  }
}

/** Length of a bucket. */
function partMs({ name, windowMs }: PointFunction): number {
  return windowMs / (name === 'timeTo' ? TREND_PARTS : PARTS)
}

function mostBuckets({ name }: PointFunction): number {
  return (name === 'timeTo' ? TREND_PARTS : PARTS) + SPARE
}

function slackMs({ windowMs }: PointFunction): number {
  return Math.min(1000, windowMs / 20)
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
