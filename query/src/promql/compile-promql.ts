import type { AnswerSeries } from '../answer.ts'
import { checkQuery } from '../check-query.ts'
import { isDeclaredCounter } from '../declared-kind.ts'
import { finishAnswer } from '../finish-answer.ts'
import { beyondRaw } from '../query-error.ts'
import type { Query } from '../query.ts'
import { SeriesBuilder } from '../series-builder.ts'
import { windowsOf } from '../windows.ts'
import type { Windows } from '../windows.ts'
import { answerFromRaw } from './answer-from-raw.ts'
import type { RawSeries } from './answer-from-raw.ts'
import { pointsOf, seriesOf } from './promql-answer.ts'
import type { PromqlAnswer } from './promql-answer.ts'
import { EARLY_MS, toExpression } from './promql-expression.ts'
import type { PromqlOptions } from './promql-options.ts'
import { spansOf } from './promql-spans.ts'
import { selector } from './quote-promql.ts'

/** A request of Prometheus's API; all parameters are texts, for a form or a query string. */
export interface PromqlRequest {
  readonly path: '/api/v1/query_range' | '/api/v1/query'
  readonly parameters: Readonly<Record<string, string>>
}

/** A query in PromQL or MetricsQL. */
export interface PromqlQuery {
  /** None where the limit of projects leaves nothing. */
  readonly requests: readonly PromqlRequest[]
  /** Puts the answer together from the bodies, in the order of the requests. @throws StoreAnswerError */
  readonly read: (answers: readonly PromqlAnswer[]) => AnswerSeries[]
}

/** Cached answers know nothing of samples that came late, and starts would be moved to multiples of the step. */
const UNCACHED = { nocache: '1' }

/**
 * Says a query to a store that answers Prometheus's API. A metric's name is `measurement_field`, as VictoriaMetrics names what it takes as line
 * protocol. docs/query-model.md says where its answers may differ.
 * @throws QueryError
 */
export function compilePromql(query: Query, options: PromqlOptions): PromqlQuery {
  checkQuery(query)
  const { aggregate, fromMs, projects, where } = query
  const { rawSinceMs = -Infinity } = options
  if (aggregate === 'percentile' && fromMs < rawSinceMs) throw beyondRaw(fromMs, rawSinceMs)
  const windows = aggregate === 'raw' ? undefined : windowsOf(query)
  const isNothing = where.some((one) => one.operator === 'in' && one.values.length === 0)
  if (projects.length === 0 || isNothing) return { requests: [], read: () => [] }
  return windows === undefined || isMadeOfRaw(query, options)
    ? rawQuery(query, windows, options)
    : rangeQuery(query, windows, options)
}

function isMadeOfRaw({ aggregate }: Query, { dialect }: PromqlOptions): boolean {
  if (aggregate === 'percentile') return true
  return dialect === 'promql' && ['first', 'last', 'rate'].includes(aggregate)
}

function rangeQuery(query: Query, windows: Windows, options: PromqlOptions): PromqlQuery {
  const { dialect, isCounter = isDeclaredCounter } = options
  const { fields, fromMs, toMs, aggregate, measurement } = query
  const spans = spansOf(windows, { fromMs, toMs, cutsFirst: aggregate !== 'rate' })
  const asked = fields.flatMap((field) => spans.map((span) => ({ field, span })))
  return {
    requests: asked.map(({ field, span }): PromqlRequest => {
      const of = { query, field, span, isCounter: isCounter(measurement, field) }
      const { labelMs, stepMs, count } = span
      const parameters = {
        query: toExpression(of, dialect),
        start: toSeconds(labelMs - EARLY_MS),
        end: toSeconds(labelMs - EARLY_MS + (count - 1) * stepMs),
        step: toSeconds(stepMs),
        ...UNCACHED,
      }
      return { path: '/api/v1/query_range', parameters }
    }),
    read(answers) {
      const builder = new SeriesBuilder()
      for (const [at, { field }] of asked.entries()) {
        for (const one of seriesOf(answers[at])) {
          const series = builder.of(field, one.metric)
          for (const [timeMs, value] of pointsOf(one)) {
            if (Number.isNaN(value)) continue
            series.times.push(timeMs + EARLY_MS)
            series.values.push(value)
          }
        }
      }
      return finishAnswer(query, windows, builder.finish())
    },
  }
}

/** The samples as they are: a range that an instant query selects. */
function rawQuery(
  query: Query,
  windows: Windows | undefined,
  { dialect, isCounter = isDeclaredCounter }: PromqlOptions,
): PromqlQuery {
  const { fields, fromMs, toMs, measurement } = query
  const readFromMs = query.aggregate === 'rate' ? (windows?.beforeMs ?? fromMs) : fromMs
  // A second more at both ends: what is too much is left out afterwards.
  const atMs = Math.ceil(toMs / 1000) * 1000
  const lengthMs = atMs - readFromMs + 1000
  return {
    requests: fields.map((field) => ({
      path: '/api/v1/query',
      parameters: {
        query: `${selector(query, field, dialect)}[${lengthMs}ms]`,
        time: toSeconds(atMs),
        ...UNCACHED,
      },
    })),
    read(answers) {
      const series = fields.flatMap((field, at) => readRaw(field, answers[at]))
      const found =
        windows === undefined
          ? inRange(query, series)
          : answerFromRaw(query, windows, series, (field) => isCounter(measurement, field))
      return finishAnswer(query, windows, found)
    },
  }
}

function readRaw(field: string, answer: PromqlAnswer | undefined): RawSeries[] {
  return seriesOf(answer).map((one) => {
    const { __name__: _, ...tags } = one.metric
    return { field, tags, points: pointsOf(one) }
  })
}

function inRange({ fromMs, toMs }: Query, series: readonly RawSeries[]): AnswerSeries[] {
  return series.map(({ field, tags, points }) => {
    const wanted = points.filter(([timeMs]) => timeMs >= fromMs && timeMs < toMs)
    return {
      field,
      tags,
      times: Float64Array.from(wanted, ([timeMs]) => timeMs),
      values: Float64Array.from(wanted, ([, value]) => value),
    }
  })
}

/** Whole seconds, as all times of requests are. */
function toSeconds(timeMs: number): string {
  return String(timeMs / 1000)
}
