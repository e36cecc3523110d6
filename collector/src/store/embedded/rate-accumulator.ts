import type { Accumulator, CellRows, SampleRows } from './accumulator.ts'

/**
 * The rate of one series: what it rose from the last sample of the window before to the last sample of this window, over the time between
 * the two, per second, without extrapolation. A counter that falls was reset and rose by its new value; a gauge just falls. Without a sample in
 * the window before there is no rate. Rows must come in the order of time, from the window before the first (−1) on.
 */
export class RateAccumulator implements Accumulator {
  readonly #isCounter: boolean
  /** By window + 1: slot 0 is the window before the first. */
  readonly #rises: Float64Array
  readonly #lastTimes: Float64Array
  #lastValue = Number.NaN

  constructor(windows: number, isCounter: boolean) {
    this.#isCounter = isCounter
    this.#rises = new Float64Array(windows + 1)
    this.#lastTimes = new Float64Array(windows + 1).fill(Number.NaN)
  }

  addSamples({ rows, windows, times }: SampleRows, values: Float64Array): void {
    for (let row = 0; row < rows; row++) {
      const slot = windows[row]! + 1
      const value = values[row]!
      if (slot < 0 || Number.isNaN(value)) continue
      this.#step(slot, value)
      this.#lastValue = value
      this.#lastTimes[slot] = times[row]!
    }
  }

  addCells(rows: CellRows): void {
    const { windows, times } = rows
    const firsts = rows.stat('first').slice(0, rows.rows)
    const lasts = rows.stat('last').slice(0, rows.rows)
    const lastAts = rows.stat('lastAt').slice(0, rows.rows)
    const increases = this.#isCounter ? rows.stat('increase') : undefined
    for (let row = 0; row < rows.rows; row++) {
      const slot = windows[row]! + 1
      const first = firsts[row]!
      if (slot < 0 || Number.isNaN(first)) continue
      this.#step(slot, first)
      this.#rises[slot]! += increases === undefined ? lasts[row]! - first : increases[row]!
      this.#lastValue = lasts[row]!
      this.#lastTimes[slot] = times[row]! + lastAts[row]!
    }
  }

  finish(): Float64Array {
    const rates = new Float64Array(this.#rises.length - 1)
    for (let window = 0; window < rates.length; window++) {
      const seconds = (this.#lastTimes[window + 1]! - this.#lastTimes[window]!) / 1000
      rates[window] = this.#rises[window + 1]! / seconds
    }
    return rates
  }

  #step(slot: number, value: number): void {
    const before = this.#lastValue
    if (Number.isNaN(before)) return
    this.#rises[slot]! += this.#isCounter && value < before ? value : value - before
  }
}

/** The sum of several series' rates: a window has one where at least one series has. */
export class RateSum {
  readonly #sums: Float64Array

  constructor(windows: number) {
    this.#sums = new Float64Array(windows).fill(Number.NaN)
  }

  add(series: RateAccumulator): void {
    for (const [window, rate] of series.finish().entries()) {
      if (Number.isNaN(rate)) continue
      const before = this.#sums[window]!
      this.#sums[window] = Number.isNaN(before) ? rate : before + rate
    }
  }

  finish(): Float64Array {
    return this.#sums
  }
}
