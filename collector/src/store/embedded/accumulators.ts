import type { Aggregate } from '@wardround/query'
import type { Accumulator, CellRows, SampleRows } from './accumulator.ts'

export type SimpleAggregate = Exclude<Aggregate, 'raw' | 'rate' | 'percentile'>

const CREATE: Record<SimpleAggregate, (windows: number) => Accumulator> = {
  mean: (windows) => new MeanAccumulator(windows),
  sum: (windows) => new SumAccumulator(windows),
  count: (windows) => new CountAccumulator(windows),
  min: (windows) => new MinAccumulator(windows),
  max: (windows) => new MaxAccumulator(windows),
  first: (windows) => new EdgeAccumulator(windows, 'first', 'firstAt', -1),
  last: (windows) => new EdgeAccumulator(windows, 'last', 'lastAt', 1),
}

export function createAccumulator(aggregate: SimpleAggregate, windows: number): Accumulator {
  return CREATE[aggregate](windows)
}

class SumAccumulator implements Accumulator {
  readonly #sums: Float64Array
  readonly #seen: Uint8Array

  constructor(windows: number) {
    this.#sums = new Float64Array(windows)
    this.#seen = new Uint8Array(windows)
  }

  addSamples({ rows, windows }: SampleRows, values: Float64Array): void {
    const sums = this.#sums
    for (let row = 0; row < rows; row++) {
      const window = windows[row]!
      const value = values[row]!
      if (window < 0 || Number.isNaN(value)) continue
      sums[window]! += value
      this.#seen[window] = 1
    }
  }

  addCells(rows: CellRows): void {
    this.addSamples(rows, rows.stat('sum'))
  }

  finish(): Float64Array {
    return this.#sums.map((sum, window) => (this.#seen[window] === 1 ? sum : Number.NaN))
  }
}

class CountAccumulator implements Accumulator {
  readonly counts: Float64Array

  constructor(windows: number) {
    this.counts = new Float64Array(windows)
  }

  addSamples({ rows, windows }: SampleRows, values: Float64Array): void {
    const counts = this.counts
    for (let row = 0; row < rows; row++) {
      const window = windows[row]!
      if (window >= 0 && !Number.isNaN(values[row]!)) counts[window]! += 1
    }
  }

  addCells(rows: CellRows): void {
    const values = rows.stat('count')
    for (let row = 0; row < rows.rows; row++) {
      const window = rows.windows[row]!
      if (window >= 0 && !Number.isNaN(values[row]!)) this.counts[window]! += values[row]!
    }
  }

  finish(): Float64Array {
    return this.counts.map((count) => (count === 0 ? Number.NaN : count))
  }
}

class MeanAccumulator implements Accumulator {
  readonly #sums: Float64Array
  readonly #counts: CountAccumulator

  constructor(windows: number) {
    this.#sums = new Float64Array(windows)
    this.#counts = new CountAccumulator(windows)
  }

  addSamples({ rows, windows }: SampleRows, values: Float64Array): void {
    const sums = this.#sums
    const counts = this.#counts.counts
    for (let row = 0; row < rows; row++) {
      const window = windows[row]!
      const value = values[row]!
      if (window < 0 || Number.isNaN(value)) continue
      sums[window]! += value
      counts[window]! += 1
    }
  }

  addCells(rows: CellRows): void {
    const values = rows.stat('sum')
    for (let row = 0; row < rows.rows; row++) {
      const window = rows.windows[row]!
      if (window >= 0 && !Number.isNaN(values[row]!)) this.#sums[window]! += values[row]!
    }
    this.#counts.addCells(rows)
  }

  finish(): Float64Array {
    const counts = this.#counts.finish()
    return this.#sums.map((sum, window) => sum / counts[window]!)
  }
}

class MinAccumulator implements Accumulator {
  readonly #lowest: Float64Array

  constructor(windows: number) {
    this.#lowest = new Float64Array(windows).fill(Infinity)
  }

  addSamples({ rows, windows }: SampleRows, values: Float64Array): void {
    const lowest = this.#lowest
    for (let row = 0; row < rows; row++) {
      const window = windows[row]!
      // NaN is below nothing.
      if (window >= 0 && values[row]! < lowest[window]!) lowest[window] = values[row]!
    }
  }

  addCells(rows: CellRows): void {
    this.addSamples(rows, rows.stat('min'))
  }

  finish(): Float64Array {
    return this.#lowest.map((value) => (value === Infinity ? Number.NaN : value))
  }
}

class MaxAccumulator implements Accumulator {
  readonly #highest: Float64Array

  constructor(windows: number) {
    this.#highest = new Float64Array(windows).fill(-Infinity)
  }

  addSamples({ rows, windows }: SampleRows, values: Float64Array): void {
    const highest = this.#highest
    for (let row = 0; row < rows; row++) {
      const window = windows[row]!
      if (window >= 0 && values[row]! > highest[window]!) highest[window] = values[row]!
    }
  }

  addCells(rows: CellRows): void {
    this.addSamples(rows, rows.stat('max'))
  }

  finish(): Float64Array {
    return this.#highest.map((value) => (value === -Infinity ? Number.NaN : value))
  }
}

/** The first or last value by time; of several series with one time the greater value (as InfluxDB has it). */
class EdgeAccumulator implements Accumulator {
  readonly #values: Float64Array
  readonly #times: Float64Array
  readonly #stat: 'first' | 'last'
  readonly #timeStat: 'firstAt' | 'lastAt'
  /** 1: later is better; −1: earlier. */
  readonly #direction: 1 | -1

  constructor(
    windows: number,
    stat: 'first' | 'last',
    timeStat: 'firstAt' | 'lastAt',
    direction: 1 | -1,
  ) {
    this.#values = new Float64Array(windows).fill(Number.NaN)
    this.#times = new Float64Array(windows).fill(-Infinity)
    this.#stat = stat
    this.#timeStat = timeStat
    this.#direction = direction
  }

  addSamples({ rows, windows, times }: SampleRows, values: Float64Array): void {
    for (let row = 0; row < rows; row++) {
      const window = windows[row]!
      if (window >= 0 && !Number.isNaN(values[row]!)) this.#offer(window, times[row]!, values[row]!)
    }
  }

  addCells(rows: CellRows): void {
    const offsets = rows.stat(this.#timeStat).slice(0, rows.rows)
    const values = rows.stat(this.#stat)
    for (let row = 0; row < rows.rows; row++) {
      const window = rows.windows[row]!
      if (window < 0 || Number.isNaN(values[row]!)) continue
      this.#offer(window, rows.times[row]! + offsets[row]!, values[row]!)
    }
  }

  finish(): Float64Array {
    return this.#values
  }

  #offer(window: number, timeMs: number, value: number): void {
    const rank = timeMs * this.#direction
    const known = this.#times[window]!
    if (rank < known || (rank === known && value <= this.#values[window]!)) return
    this.#times[window] = rank
    this.#values[window] = value
  }
}
