import type { Position } from '@wardround/journal'
import type { Chunk } from './part.ts'
import { floorTo, HOUR_MS } from './time-spans.ts'

/** Series in one group, at most: a column is a byte. Each seal of a group is one row of a table, so few groups cost least. */
export const GROUP_COLUMNS = 256
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
  /** Row after row, `width` values each; NaN = no sample. */
  cells: Float64Array
  width: number
  #rowLimit: number
  #size = 0
  #series: Uint32Array
  #times = new Float64Array(GROUP_ROWS)

  /** `rowLimit` counts until the group is sealed for the first time. */
  constructor(number: number, subject: number, width: number, rowLimit: number) {
    this.number = number
    this.subject = subject
    this.width = width
    this.#rowLimit = rowLimit
    this.#series = new Uint32Array(width)
    this.cells = new Float64Array(width * GROUP_ROWS)
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

  /** Where the newest row begins in `cells`. */
  get rowStart(): number {
    return (this.rows - 1) * this.width
  }

  /** Adds a series; its column. */
  addSeries(series: number): number {
    if (this.#size === this.width) this.#widen()
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
    const start = this.rows * this.width
    this.cells.fill(Number.NaN, start, start + this.width)
    this.#times[this.rows++] = timeMs
  }

  /** All rows by hour. The chunks share the group's memory: they are for reading at once. */
  hours(): HourRows[] {
    return this.#isOneHour() ? [this.#allRows()] : this.#sortedHours()
  }

  clear(): void {
    this.rows = 0
    this.oldest = undefined
    this.#rowLimit = GROUP_ROWS
  }

  /** Whether all rows are of one hour, in rising order, none twice: as nearly always. */
  #isOneHour(): boolean {
    for (let row = 1; row < this.rows; row++) {
      if (this.#times[row]! <= this.#times[row - 1]!) return false
    }
    const hourMs = floorTo(this.#times[0]!, HOUR_MS)
    return this.#times[this.rows - 1]! < hourMs + HOUR_MS
  }

  #allRows(): HourRows {
    const { rows, width, cells } = this
    return {
      hourMs: floorTo(this.#times[0]!, HOUR_MS),
      set: this.set,
      rows,
      times: this.#times,
      read(column, values, at) {
        let cell = column
        for (let row = at; row < at + rows; row++) {
          values[row] = cells[cell]!
          cell += width
        }
      },
    }
  }

  #sortedHours(): HourRows[] {
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
    return {
      hourMs,
      set: this.set,
      rows: sources.length,
      times,
      read: (column, values, at) => {
        for (const [row, rows] of sources.entries()) values[at + row] = this.#firstOf(rows, column)
      },
    }
  }

  #firstOf(rows: readonly number[], column: number): number {
    for (const row of rows) {
      const value = this.cells[row * this.width + column]!
      if (!Number.isNaN(value)) return value
    }
    return Number.NaN
  }

  #widen(): void {
    const before = this.width
    this.width = Math.min(GROUP_COLUMNS, before * 2)
    const series = new Uint32Array(this.width)
    series.set(this.#series)
    this.#series = series
    const cells = new Float64Array(this.width * GROUP_ROWS).fill(Number.NaN)
    for (let row = 0; row < this.rows; row++) {
      cells.set(this.cells.subarray(row * before, (row + 1) * before), row * this.width)
    }
    this.cells = cells
  }
}
