import type { TimeGrid } from './time-grid.ts'

/** What of a series a statement reads: rows in the order of time, one value of each field, NaN where there is none. */
export interface Block {
  /** All that the series has. */
  readonly tags: Readonly<Record<string, string>>
  readonly times: Float64Array
  /** By field, in the order in which they were asked for. */
  readonly columns: readonly Float64Array[]
}

/** Values of a group, in the order of time; a series of one group may share times with another. */
export interface Points {
  /** Each tag of the grouping, '' where the group has none. */
  readonly tags: Readonly<Record<string, string>>
  readonly times: Float64Array
  readonly values: Float64Array
}

/** Which tags keep groups apart. */
export interface Grouping {
  readonly tags: readonly string[]
  /** Every tag that there is: each series is a group. */
  readonly isAll: boolean
}

/** Epoch ms, [fromMs, toMs). */
export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

/** A function of windows: `percentile` alone has an argument. */
export interface WindowFunction {
  readonly name: string
  readonly field: string
  readonly argument?: number | undefined
}

/** What a SELECT reads: a measurement, or what another SELECT gave. Conditions on tags and the limit of projects are within it. */
export interface DataSource {
  /** Of the measurement. */
  readonly name: string
  fields(): Promise<readonly string[]>
  tags(): Promise<readonly string[]>
  /** One for each series. */
  blocks(fields: readonly string[], span: Span): Promise<readonly Block[]>
  /** The windows of each group that have a value; without a grid one, at the beginning of the span. Undefined where `blocks` must do. */
  windows(
    of: WindowFunction,
    span: Span,
    grouping: Grouping,
    grid: TimeGrid | undefined,
  ): Promise<readonly Points[] | undefined>
  /** The first time of which there is anything. */
  beginning(toMs: number): Promise<number>
}
