import { StoreAnswerError } from '../store-answer-error.ts'

/** One element of `results` in what InfluxDB's `/query` answers, asked with `epoch=ms`. */
export interface InfluxQlResult {
  readonly error?: string
  readonly series?: readonly {
    readonly tags?: Readonly<Record<string, string>>
    readonly columns: readonly string[]
    readonly values?: readonly (readonly (number | string | boolean | null)[])[]
  }[]
}

/** One row of an answer; a column without a number is NaN. */
export interface InfluxQlRow {
  readonly tags: Readonly<Record<string, string>>
  readonly timeMs: number
  readonly numbers: Readonly<Record<string, number>>
}

const NO_TAGS: Readonly<Record<string, string>> = {}

/** The rows of a statement's result. @throws StoreAnswerError */
export function* rowsOf(result: InfluxQlResult | undefined): Iterable<InfluxQlRow> {
  if (result === undefined) throw new StoreAnswerError('InfluxDB', 'a statement has no result')
  if (result.error !== undefined) throw new StoreAnswerError('InfluxDB', result.error)
  for (const { tags = NO_TAGS, columns, values = [] } of result.series ?? []) {
    for (const row of values) {
      const numbers: Record<string, number> = {}
      for (const [at, column] of columns.entries()) {
        const value = row[at]
        numbers[column] = typeof value === 'number' ? value : Number.NaN
      }
      yield { tags, timeMs: numbers['time']!, numbers }
    }
  }
}
