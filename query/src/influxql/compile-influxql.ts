import type { AnswerSeries } from '../answer.ts'
import { checkQuery } from '../check-query.ts'
import { isDeclaredCounter } from '../declared-kind.ts'
import { finishAnswer } from '../finish-answer.ts'
import { beyondRaw } from '../query-error.ts'
import type { Query } from '../query.ts'
import { SeriesBuilder } from '../series-builder.ts'
import { windowsOf } from '../windows.ts'
import type { Windows } from '../windows.ts'
import { rowsOf } from './influxql-answer.ts'
import type { InfluxQlResult } from './influxql-answer.ts'
import type { InfluxQlOptions } from './influxql-options.ts'
import { rateStatements, readRates } from './influxql-rate.ts'
import { groupByTime, selection } from './influxql-text.ts'
import { quoteName } from './quote-influxql.ts'

/** A query in InfluxQL. */
export interface InfluxQlQuery {
  /** To be asked with `epoch=ms`, each by itself or all joined by `;`. None where the limit of projects leaves nothing. */
  readonly statements: readonly string[]
  /** Puts the answer together from the results, in the order of the statements. @throws StoreAnswerError */
  readonly read: (results: readonly InfluxQlResult[]) => AnswerSeries[]
}

/**
 * Says a query in InfluxQL, as InfluxDB 1.x, 2.x (with a DBRP mapping) and 3.x read it. docs/query-model.md says where their answers may differ.
 * @throws QueryError
 */
export function compileInfluxQl(query: Query, options: InfluxQlOptions = {}): InfluxQlQuery {
  checkQuery(query)
  const { aggregate, fromMs } = query
  const { rawSinceMs = -Infinity } = options
  if (aggregate === 'percentile' && fromMs < rawSinceMs) throw beyondRaw(fromMs, rawSinceMs)
  const windows = aggregate === 'raw' ? undefined : windowsOf(query)
  if (hasNothing(query)) return { statements: [], read: () => [] }
  const isCounter = options.isCounter ?? isDeclaredCounter
  if (aggregate === 'rate' && windows !== undefined) {
    const asked = rateStatements(query, windows, options, isCounter)
    return {
      statements: asked.map(({ statement }) => statement),
      read: (results) => finishAnswer(query, windows, readRates(query, windows, asked, results)),
    }
  }
  const asked = plainStatements(query, windows, options)
  return {
    statements: asked.map(({ statement }) => statement),
    read: (results) => finishAnswer(query, windows, readPlain(asked, results)),
  }
}

/** Whether no series can be in the answer: an OR of nothing has no words in InfluxQL. */
function hasNothing({ projects, where }: Query): boolean {
  if (projects.length === 0) return true
  return where.some((filter) => filter.operator === 'in' && filter.values.length === 0)
}

interface PlainStatement {
  readonly field: string
  readonly statement: string
}

/** One statement for each field and run of windows. */
function plainStatements(
  query: Query,
  windows: Windows | undefined,
  options: InfluxQlOptions,
): PlainStatement[] {
  const { fields, fromMs, toMs, groupBy } = query
  if (windows === undefined) {
    return fields.map((field) => {
      const from = selection(query, options, { fromMs, toMs })
      return { field, statement: `${select(query, field)} ${from} GROUP BY *` }
    })
  }
  return fields.flatMap((field) =>
    windows.runs.map((run) => {
      const endMs = run.startMs + run.count * run.stepMs
      const range = { fromMs: Math.max(fromMs, run.startMs), toMs: Math.min(toMs, endMs) }
      const from = selection(query, options, range)
      return { field, statement: `${select(query, field)} ${from} ${groupByTime(run, groupBy)}` }
    }),
  )
}

function select({ aggregate, percentile }: Query, field: string): string {
  const name = quoteName(field)
  if (aggregate === 'raw') return `SELECT ${name} AS "value"`
  if (aggregate !== 'percentile') return `SELECT ${aggregate}(${name}) AS "value"`
  // InfluxDB has none where n × percentile / 100 rounds to 0; that is the lowest.
  return `SELECT percentile(${name}, ${percentile}) AS "value", min(${name}) AS "lowest"`
}

function readPlain(
  asked: readonly PlainStatement[],
  results: readonly InfluxQlResult[],
): AnswerSeries[] {
  const builder = new SeriesBuilder()
  for (const [at, { field }] of asked.entries()) {
    for (const { tags, timeMs, numbers } of rowsOf(results[at])) {
      const { value = Number.NaN, lowest = Number.NaN } = numbers
      const number = Number.isNaN(value) ? lowest : value
      if (Number.isNaN(number)) continue
      const series = builder.of(field, tags)
      series.times.push(timeMs)
      series.values.push(number)
    }
  }
  return builder.finish()
}
