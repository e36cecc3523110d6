import type { LocalizedText } from '@wardround/program'

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

/** What a window can be made into; Aggregate says how. */
export const AGGREGATES = [
  'mean',
  'min',
  'max',
  'sum',
  'count',
  'last',
  'first',
  'rate',
  'raw',
] as const

/**
 * Of all samples of a group in a window: `last` and `first` go by time (of several series with one time the greater value counts). `rate` is per second: for
 * each series, what it rose from the last sample of the window before to the last sample of this one (a counter that falls was reset and rose by its new
 * value; another kind may fall), over the time between the two, without extrapolation, and absent where the window before has no sample; a group's rate
 * is the sum of its series'. `raw`: each sample as it is (step is ignored, groupBy too: one answer per series, with all its tags).
 */
export type Aggregate = (typeof AGGREGATES)[number]

/**
 * A condition on a tag of the series or on `host`, its subject. A tag that a series doesn't have is ''. `=~` and `!~` are JavaScript regular
 * expressions that must match the whole value, as in PromQL; `.` matches line breaks too.
 */
export interface TagFilter {
  readonly tag: string
  readonly operator: '=' | '!=' | '=~' | '!~'
  readonly value: string
}

export interface QueryResult {
  readonly series: readonly {
    /** The tags of `groupBy` that the series has. */
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

/** A query that can't be answered as asked. The text says what was wrong and what was expected. */
export class QueryError extends Error {
  override readonly name = 'QueryError'
  readonly code = 'QUERY_REFUSED'
  readonly retryable = false
  readonly text: LocalizedText

  constructor(text: LocalizedText, options?: ErrorOptions) {
    super(text.en, options)
    this.text = text
  }
}
