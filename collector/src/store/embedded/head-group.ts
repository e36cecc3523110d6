import type { Position } from '@wardround/journal'
import type { Chunk } from './part.ts'
import { floorTo, HOUR_MS } from './time-spans.ts'

/** Series in one group: a part must hold many to be small, and few to be read for one. */
export const GROUP_COLUMNS = 64
/** Rows after which a group is sealed: 128 bytes a series. */
export const GROUP_ROWS = 16

/** Rows of a group in rising order of their time, no time twice, all in one hour. */
export interface HourRows extends Chunk {
  readonly hourMs: number
}

/** Series of one subject that arrive together: rows of one time each, not yet coded, in the order of their arrival. */
export class HeadGroup {
  /** Place in the head's list. */
  readonly number: number
  readonly subject: number
  /** Where in the journal the oldest row came from. */
  oldest: Position | undefined
  /** When the oldest and the newest row came, by the store's clock. */
  oldestAtMs = 0
  newestAtMs = 0
  rows = 0
  /** Number of the columns' shapes in the SetTable; −1 while that isn't known. */
  set = -1
  #rowLimit: number
  #size = 0
  #series: Uint32Array
  #times = new Float64Array(GROUP_ROWS)
  /** Row after row, a value per column; NaN = no sample. */
  #values: Float64Array

  /** `rowLimit` counts until the group is sealed for the first time. */
  constructor(number: number, subject: number, columns: number, rowLimit: number) {
    this.number = number
    this.subject = subject
    this.#rowLimit = rowLimit
    this.#series = new Uint32Array(columns)
    this.#values = new Float64Array(columns * GROUP_ROWS)
  }

  get isFull(): boolean {
    return this.rows >= this.#rowLimit
  }

  get hasRoom(): boolean {
    return this.#size < GROUP_COLUMNS
  }

  /** The series (numbers of the SeriesTable) in the order of their columns. */
  get series(): Uint32Array {
    return this.#series.subarray(0, this.#size)
  }

  /** Adds a series; its column. */
  addSeries(series: number): number {
    if (this.#size === this.#series.length) this.#widen()
    this.set = -1
    this.#series[this.#size] = series
    return this.#size++
  }

  /** Whether the newest row has this time. */
  isAt(timeMs: number): boolean {
    return this.rows > 0 && this.#times[this.rows - 1] === timeMs
  }

  /** Begins a row; the group must not be full. */
  addRow(timeMs: number): void {
    const columns = this.#series.length
    const start = this.rows * columns
    this.#values.fill(Number.NaN, start, start + columns)
    this.#times[this.rows++] = timeMs
  }

  /** Puts a value into the newest row. False if one is there: the first of a series and time stays. */
  put(column: number, value: number): boolean {
    const place = (this.rows - 1) * this.#series.length + column
    if (!Number.isNaN(this.#values[place]!)) return false
    this.#values[place] = value
    return true
  }

  /** All rows by hour. The chunks share the group's memory: they are for reading at once. */
  hours(): HourRows[] {
    const order = Array.from({ length: this.rows }, (_, row) => row)
    order.sort((a, b) => this.#times[a]! - this.#times[b]! || a - b)
    const hours: HourRows[] = []
    for (let from = 0; from < order.length;) {
      const hourMs = floorTo(this.#times[order[from]!]!, HOUR_MS)
      let to = from
      while (to < order.length && this.#times[order[to]!]! < hourMs + HOUR_MS) to++
      hours.push(this.#hour(hourMs, order.slice(from, to)))
      from = to
    }
    return hours
  }

  clear(): void {
    this.rows = 0
    this.oldest = undefined
    this.#rowLimit = GROUP_ROWS
  }

  #hour(hourMs: number, order: readonly number[]): HourRows {
    const times = new Float64Array(order.length)
    /** For each row of the chunk, the rows of the group with its time. */
    const sources: number[][] = []
    for (const row of order) {
      const timeMs = this.#times[row]!
      if (sources.length > 0 && times[sources.length - 1] === timeMs) sources.at(-1)!.push(row)
      else {
        times[sources.length] = timeMs
        sources.push([row])
      }
    }
    const read = (column: number, values: Float64Array): void => {
      for (const [at, rows] of sources.entries()) values[at] = this.#firstOf(rows, column)
    }
    return { hourMs, set: this.set, rows: sources.length, times, read }
  }

  #firstOf(rows: readonly number[], column: number): number {
    for (const row of rows) {
      const value = this.#values[row * this.#series.length + column]!
      if (!Number.isNaN(value)) return value
    }
    return Number.NaN
  }

  #widen(): void {
    const before = this.#series.length
    const columns = Math.min(GROUP_COLUMNS, before * 2)
    const series = new Uint32Array(columns)
    series.set(this.#series)
    const values = new Float64Array(columns * GROUP_ROWS).fill(Number.NaN)
    for (let row = 0; row < this.rows; row++) {
      values.set(this.#values.subarray(row * before, (row + 1) * before), row * columns)
    }
    this.#series = series
    this.#values = values
  }
}
