/** The one query model (design D4): boards, console and reports use only this. */
export interface Query {
  readonly measurement: string
  readonly field: string
  readonly where: readonly TagFilter[]
  readonly aggregate: Aggregate
  /** Tags to keep apart; others are aggregated away. Tags include `host`, and `project` and `role` where set. */
  readonly groupBy: readonly string[]
  /** Window length; windows are [t, t + step), aligned to the epoch, labelled t. */
  readonly stepMs: number
  /** Inclusive, epoch ms. */
  readonly fromMs: number
  /** Exclusive, epoch ms. */
  readonly toMs: number
}

/** raw: each sample as it is (step is ignored, groupBy too: one answer per series). */
export type Aggregate = 'mean' | 'min' | 'max' | 'sum' | 'count' | 'last' | 'first' | 'rate' | 'raw'

export interface TagFilter {
  readonly tag: string
  readonly operator: '=' | '!=' | '=~' | '!~'
  readonly value: string
}

export interface QueryResult {
  readonly series: readonly {
    readonly tags: Readonly<Record<string, string>>
    /** [epoch ms, value], rising; a gap is absent. */
    readonly points: readonly (readonly [number, number])[]
  }[]
}

/** What series exist, for /api/v1/series. */
export interface SeriesListing {
  readonly measurements: readonly {
    readonly measurement: string
    readonly fields: readonly string[]
    readonly tags: Readonly<Record<string, readonly string[]>>
  }[]
}

/** A query that can't be answered as asked. The message says what was wrong and what was expected. */
export class QueryError extends Error {
  override readonly name = 'QueryError'
}
