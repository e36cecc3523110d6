import { nearestRank } from '@wardround/query'
import type { Accumulator, CellRows, SampleRows } from './accumulator.ts'

/** Keeps all samples of a group until the end: a percentile can't be put together from parts. */
export class PercentileAccumulator implements Accumulator {
  readonly #windowCount: number
  readonly #percentile: number
  /** Told of each sample that is kept. */
  readonly #count: (samples: number) => void
  #windows = new Uint32Array(256)
  #values = new Float64Array(256)
  #samples = 0

  constructor(windows: number, percentile: number, count: (samples: number) => void) {
    this.#windowCount = windows
    this.#percentile = percentile
    this.#count = count
  }

  addSamples({ rows, windows }: SampleRows, values: Float64Array): void {
    const before = this.#samples
    this.#makeRoom(before + rows)
    for (let row = 0; row < rows; row++) {
      if (windows[row]! < 0 || Number.isNaN(values[row]!)) continue
      this.#windows[this.#samples] = windows[row]!
      this.#values[this.#samples++] = values[row]!
    }
    this.#count(this.#samples - before)
  }

  addCells(_rows: CellRows): void {
    throw new Error('a percentile is never answered from rollups')
  }

  finish(): Float64Array {
    const ends = this.#windowEnds()
    const grouped = this.#groupByWindow(ends)
    return Float64Array.from(ends, (end, window) => {
      const start = window === 0 ? 0 : ends[window - 1]!
      if (start === end) return Number.NaN
      return nearestRank(grouped.subarray(start, end).sort(), this.#percentile)
    })
  }

  /** Where the values of each window end, once they are beside each other. */
  #windowEnds(): Uint32Array {
    const ends = new Uint32Array(this.#windowCount)
    for (let i = 0; i < this.#samples; i++) ends[this.#windows[i]!]! += 1
    for (let window = 1; window < ends.length; window++) ends[window]! += ends[window - 1]!
    return ends
  }

  #groupByWindow(ends: Uint32Array): Float64Array {
    const grouped = new Float64Array(this.#samples)
    const next = new Uint32Array(ends.length)
    next.set(ends.subarray(0, -1), 1)
    for (let i = 0; i < this.#samples; i++) grouped[next[this.#windows[i]!]!++] = this.#values[i]!
    return grouped
  }

  #makeRoom(samples: number): void {
    if (samples <= this.#values.length) return
    const windows = new Uint32Array(samples * 2)
    windows.set(this.#windows)
    this.#windows = windows
    const values = new Float64Array(samples * 2)
    values.set(this.#values)
    this.#values = values
  }
}
