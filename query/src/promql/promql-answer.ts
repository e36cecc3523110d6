import { StoreAnswerError } from '../store-answer-error.ts'

/** What `/api/v1/query_range` and `/api/v1/query` answer. */
export interface PromqlAnswer {
  readonly status: string
  readonly error?: string
  readonly data?: {
    readonly resultType: string
    readonly result: readonly PromqlSeries[]
  }
}

export interface PromqlSeries {
  readonly metric: Readonly<Record<string, string>>
  /** [seconds, value as text] */
  readonly values: readonly (readonly [number, string])[]
}

/** The series of an answer. @throws StoreAnswerError */
export function seriesOf(answer: PromqlAnswer | undefined): readonly PromqlSeries[] {
  if (answer === undefined) throw new StoreAnswerError('PromQL', 'a request has no answer')
  const { status, error, data } = answer
  if (status !== 'success' || data === undefined)
    throw new StoreAnswerError('PromQL', error ?? `status ${status}`)
  if (data.resultType !== 'matrix')
    throw new StoreAnswerError('PromQL', `${data.resultType} in place of a matrix`)
  return data.result
}

/** The points of a series, as times in ms and numbers. */
export function pointsOf({ values }: PromqlSeries): [number, number][] {
  return values.map(([seconds, text]) => [Math.round(seconds * 1000), Number(text)])
}
