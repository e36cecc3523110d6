/** One series of a statement's answer: its times and columns side by side. */
export interface ResultSeries {
  readonly name: string
  /** Where the statement groups by tags. */
  readonly tags?: Readonly<Record<string, string>> | undefined
  readonly timeName: string
  /** Epoch ms. */
  readonly times: Float64Array
  readonly columns: readonly ResultColumn[]
}

export interface ResultColumn {
  readonly name: string
  /** NaN is null; of tags the texts. */
  readonly values: Float64Array | readonly (string | null)[]
}

/** A list of names, as SHOW answers. */
export interface ResultList {
  readonly name?: string | undefined
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number | boolean)[])[]
}

/** What a statement answers; nothing at all is a list of none. */
export type StatementResult =
  | {
      readonly kind: 'series'
      readonly series: readonly ResultSeries[]
      readonly timeZone?: string | undefined
    }
  | { readonly kind: 'lists'; readonly lists: readonly ResultList[] }
