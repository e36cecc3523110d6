import type { Stat } from './window-stats.ts'

/** A row that the query doesn't ask for. −1 is the window before the first one, at which only rates look. */
export const NO_WINDOW = -2

/** Rows of one series, each with a time and a window of the query; a value of NaN = no sample. */
export interface SampleRows {
  readonly rows: number
  readonly times: Float64Array
  readonly windows: Int32Array
}

/** Rollup windows of one series. */
export interface CellRows extends SampleRows {
  /** A stat's value for each row; the array is good until the next call. */
  stat(stat: Stat): Float64Array
}

/** Gathers what belongs to one group of the answer. */
export interface Accumulator {
  addSamples(rows: SampleRows, values: Float64Array): void
  addCells(rows: CellRows): void
  /** The value of each window, NaN where there is none. */
  finish(): Float64Array
}
