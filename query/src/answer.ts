/** One series (or group) of an answer: times and values side by side; NaN is a window that `fill: 'null'` keeps without a value. */
export interface AnswerSeries {
  readonly field: string
  /** The tags of `groupBy` that the series has. */
  readonly tags: Readonly<Record<string, string>>
  readonly times: Float64Array
  readonly values: Float64Array
}

/** An answer as it is given to people and programs. */
export interface QueryResult {
  readonly series: readonly {
    readonly field: string
    /** The tags of `groupBy` that the series has. */
    readonly tags: Readonly<Record<string, string>>
    /** [epoch ms, value], rising; a gap is absent, or null with `fill: 'null'`. */
    readonly points: readonly (readonly [number, number | null])[]
  }[]
}

export function toQueryResult(series: readonly AnswerSeries[]): QueryResult {
  return {
    series: series.map(({ field, tags, times, values }) => ({
      field,
      tags,
      points: Array.from(times, (timeMs, i) => [timeMs, toValue(values[i]!)] as const),
    })),
  }
}

function toValue(value: number): number | null {
  return Number.isNaN(value) ? null : value
}

/** A text that is the same for the same tags, whatever their order; answers are in the order of these. */
export function tagKey(tags: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(tags).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
