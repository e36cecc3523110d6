import { BucketRings } from './bucket-rings.ts'
import { counterGrowth } from './counter-growth.ts'
import type { PointFunction } from './point-function.ts'
import { MAX_TREND_POINTS } from './trend.ts'

/** Into so many parts a window is cut at most: samples that come closer together share a bucket. */
const PARTS = 62
const TREND_PARTS = MAX_TREND_POINTS - 2
/** Buckets that may stand in a window beside its parts: the one that is open, one that is half outside, and where history and live samples meet. */
const SPARE = 4

/** Numbers kept per state beside its buckets: what the newest sample was, */
export const LAST_MS = 0
export const LAST = 1
/** growth of a counter since the first sample, */
export const TOTAL = 2
/** since when the newest bucket is open, */
export const OPEN_MS = 3
/** what the first sample was (at −Infinity: its past is known), */
export const FIRST_MS = 4
export const FIRST = 5
/** a rate, or the line of a trend: its slope, its level and when that was, and where it starts. */
export const SLOPE = 6
export const LEVEL = 7
export const FIT_MS = 8
export const START_MS = 9
const KEPT = 10

/** What functions remember of the past, one state per function and point, named by a number, dense from 0. */
export class WindowStates {
  readonly rings = new BucketRings()
  #kept = new Float64Array(KEPT * 64)
  #begun = new Uint8Array(64)

  /** Bytes of all states. */
  get bytes(): number {
    return this.rings.bytes + this.#kept.byteLength
  }

  /** Whether a state has had a sample yet. */
  hasBegun(state: number): boolean {
    return this.#begun[state] === 1
  }

  /** Takes a sample into account; false where it is not newer than the last. */
  note(fn: PointFunction, state: number, timeMs: number, value: number): boolean {
    if (this.#begun[state] !== 1) this.#begin(fn, state, timeMs, value)
    else if (!(timeMs > this.get(state, LAST_MS))) return false
    this.noteNext(fn, state, timeMs, value, 1)
    return true
  }

  /** Takes into account what comes next: a sample, or the mean of so many. */
  noteNext(fn: PointFunction, state: number, timeMs: number, value: number, samples: number): void {
    if (this.#begun[state] !== 1) this.#begin(fn, state, timeMs, value)
    if (fn.windowMs > 0) this.#noteInWindow(fn, state, timeMs, value, samples)
    else if (fn.name === 'rate') this.#noteRate(fn, state, timeMs, value)
    this.set(state, LAST_MS, timeMs)
    this.set(state, LAST, value)
  }

  /** Lets go what is outside of the window. Its far end belongs to it; samples wobble. */
  forget(fn: PointFunction, state: number, timeMs: number): void {
    const sinceMs = timeMs - fn.windowMs - slackMs(fn)
    const rings = this.rings
    while (rings.count(state) > 1 && rings.time(state, 0) < sinceMs) rings.dropOldest(state)
  }

  /** The numbers kept of a state, to be put back. */
  copyOf(state: number): Float64Array {
    return this.#kept.slice(state * KEPT, (state + 1) * KEPT)
  }

  putBack(state: number, kept: Float64Array): void {
    this.#kept.set(kept, state * KEPT)
  }

  get(state: number, number: number): number {
    return this.#kept[state * KEPT + number] ?? NaN
  }

  set(state: number, number: number, value: number): void {
    this.#kept[state * KEPT + number] = value
  }

  #begin(fn: PointFunction, state: number, timeMs: number, value: number): void {
    if (state >= this.#begun.length) this.#grow(state)
    this.#begun[state] = 1
    this.#kept.fill(NaN, state * KEPT, (state + 1) * KEPT)
    this.set(state, LAST, value)
    this.set(state, TOTAL, 0)
    this.set(state, FIRST_MS, timeMs)
    this.set(state, FIRST, value)
    if (fn.windowMs === 0) return
    const expected = Math.ceil(fn.windowMs / fn.everyMs) + SPARE
    this.rings.begin(state, Math.min(mostBuckets(fn), Math.max(8, expected)))
  }

  /** Of a sample, or of the mean of so many. */
  #noteInWindow(
    fn: PointFunction,
    state: number,
    timeMs: number,
    value: number,
    samples: number,
  ): void {
    const rings = this.rings
    const opens = this.#opensBucket(fn, state, timeMs)
    if (opens) this.set(state, OPEN_MS, timeMs)
    const newest = rings.count(state) - 1
    const first = this.#bucketValue(fn, state, value, samples, opens ? -1 : newest)
    const count = opens ? samples : rings.second(state, newest) + samples
    // A trend's bucket stands at the mean time of its samples, as its value is their mean; any other at its newest.
    const beforeMs = opens ? timeMs : rings.time(state, newest)
    const atMs = fn.name === 'timeTo' ? beforeMs + ((timeMs - beforeMs) * samples) / count : timeMs
    if (opens) rings.push(state, mostBuckets(fn), atMs, first, count)
    else rings.amend(state, atMs, first, count)
    this.forget(fn, state, timeMs)
  }

  /** rate without a window: per second since the sample before. */
  #noteRate(fn: PointFunction, state: number, timeMs: number, value: number): void {
    const elapsedMs = timeMs - this.get(state, LAST_MS)
    const growth = counterGrowth(this.get(state, LAST), value, fn.bits)
    this.set(state, SLOPE, elapsedMs <= fn.gapMs ? (growth / elapsedMs) * 1000 : NaN)
  }

  #opensBucket(fn: PointFunction, state: number, timeMs: number): boolean {
    if (this.rings.count(state) === 0) return true
    if (timeMs - this.get(state, LAST_MS) > fn.gapMs) return true
    return timeMs - this.get(state, OPEN_MS) >= partMs(fn)
  }

  /** What a bucket holds with one sample more; `newest` is the bucket that it falls into, -1 where it opens one. */
  #bucketValue(
    fn: PointFunction,
    state: number,
    value: number,
    samples: number,
    newest: number,
  ): number {
    if (fn.name === 'increase' || fn.name === 'rate') {
      const growth = counterGrowth(this.get(state, LAST), value, fn.bits)
      const total = this.get(state, TOTAL) + growth
      this.set(state, TOTAL, total)
      return total
    }
    if (fn.name === 'delta') return value
    const before = newest < 0 ? undefined : this.rings.first(state, newest)
    if (fn.name === 'min') return Math.min(before ?? Infinity, value)
    if (fn.name === 'max') return Math.max(before ?? -Infinity, value)
    return (before ?? 0) + value * samples
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
export function partMs({ name, windowMs }: PointFunction): number {
  return windowMs / (name === 'timeTo' ? TREND_PARTS : PARTS)
}

export function mostBuckets({ name }: PointFunction): number {
  return (name === 'timeTo' ? TREND_PARTS : PARTS) + SPARE
}

export function slackMs({ windowMs }: PointFunction): number {
  return Math.min(1000, windowMs / 20)
}
