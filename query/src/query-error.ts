import type { LocalizedText } from '@wardround/protocol'

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

export function tooManyPoints(points: number, allowed: number): QueryError {
  return new QueryError({
    zh: `结果至少有 ${points} 个点，超过上限 ${allowed}；请加大 step、缩短时间范围或减少分组`,
    en: `The answer would have ${points} points or more, above ${allowed}: choose a longer step, a shorter time or fewer groups`,
  })
}

/** A percentile was asked of a time of which only rollups are left. */
export function beyondRaw(fromMs: number, rawSinceMs: number): QueryError {
  const [from, since] = [fromMs, rawSinceMs].map((timeMs) => new Date(timeMs).toISOString())
  return new QueryError({
    zh: `百分位数只能由原始数据计算：查询从 ${from} 开始，而原始数据只保留了 ${since} 之后的部分；请缩短时间范围，或改用 max、mean`,
    en: `percentile: it is computed from raw data alone, which begin at ${since}; the query begins at ${from}. Choose a later beginning, or max or mean`,
  })
}
