import { Type } from 'typebox'
import { AGGREGATES, FILLS, RANKINGS } from '@wardround/query'
import type { Query, QueryResult, TagFilter } from '@wardround/query'
import type { SeriesListing, Store } from '../../store/store.ts'
import type { Api } from '../api.ts'
import { badRequest } from '../problem.ts'
import { answers } from '../problem-schema.ts'
import { parseRequestDuration, parseRequestTime } from '../request-time.ts'
import { parseTagFilter } from '../tag-filters.ts'
import { whenGone } from '../when-gone.ts'

/** Windows of one series in one answer. */
const MAX_WINDOWS = 50_000

const Name = Type.String({ minLength: 1, maxLength: 256 })
const Time = Type.String({ maxLength: 64 })

const QueryParameters = Type.Object({
  measurement: Name,
  field: Type.Array(Name, {
    minItems: 1,
    maxItems: 64,
    description: 'Repeated: each field is answered by itself',
  }),
  where: Type.Array(Type.String({ maxLength: 2_048 }), {
    default: [],
    maxItems: 32,
    description:
      'tag=v, tag!=v, tag=~re or tag!~re; repeated: all must hold. re is a JavaScript regular expression without looking around and references back (RE2 must know it) that must match the whole value, as in PromQL: host=~db.* finds db1, host=~db does not. A tag that a series lacks is empty.',
  }),
  aggregate: Type.Union(
    AGGREGATES.map((name) => Type.Literal(name)),
    { default: 'mean' },
  ),
  percentile: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      maximum: 100,
      description: 'With aggregate percentile: which; always one of the samples, of raw data alone',
    }),
  ),
  groupBy: Type.Array(Name, { default: [], maxItems: 32, description: 'Tags to keep apart' }),
  step: Type.String({ default: '1m', maxLength: 32, description: 'Window, e.g. 10s, 5m, 1h, 7d' }),
  from: Type.String({
    ...Time,
    default: '-1h',
    description: 'RFC 3339 with an offset, epoch ms, now, or -5m; inclusive',
  }),
  to: Type.String({ ...Time, default: 'now', description: 'The same; exclusive' }),
  timeZone: Type.Optional(
    Type.String({
      maxLength: 64,
      description:
        'IANA name, e.g. Asia/Shanghai: windows begin anew at its midnights; the step divides a day or is whole days',
    }),
  ),
  fill: Type.Union(
    FILLS.map((name) => Type.Literal(name)),
    { default: 'none', description: 'What stands in a window without a sample' },
  ),
  top: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 10_000, description: 'Only the so many highest series' }),
  ),
  topBy: Type.Union(
    RANKINGS.map((name) => Type.Literal(name)),
    { default: 'mean', description: 'What of its values ranks a series' },
  ),
  topOrder: Type.Union([Type.Literal('highest'), Type.Literal('lowest')], { default: 'highest' }),
})

const QueryAnswer = Type.Unsafe<QueryResult>(
  Type.Object({
    series: Type.Array(
      Type.Object({
        field: Type.String(),
        tags: Type.Record(Type.String(), Type.String()),
        points: Type.Array(
          Type.Array(Type.Union([Type.Number(), Type.Null()]), { minItems: 2, maxItems: 2 }),
          {
            description: '[epoch ms, value], rising; a gap is absent, or null with fill=null',
          },
        ),
      }),
    ),
  }),
)

const SeriesParameters = Type.Object({
  measurement: Type.Optional(Name),
  host: Type.Optional(Name),
})

const SeriesAnswer = Type.Unsafe<SeriesListing>(
  Type.Object({
    measurements: Type.Array(
      Type.Object({
        measurement: Type.String(),
        fields: Type.Array(Type.String()),
        tags: Type.Record(Type.String(), Type.Array(Type.String())),
      }),
    ),
  }),
)

/** Time series: `/api/v1/query` and `/api/v1/series`. */
export function addQueryRoutes(
  app: Api,
  { store, nowMs }: { readonly store: Store; readonly nowMs: () => number },
): void {
  app.get(
    '/api/v1/query',
    {
      schema: {
        summary: 'Values of a field over time, in windows [t, t + step) labelled t',
        querystring: QueryParameters,
        response: answers(QueryAnswer),
      },
    },
    async ({ query }, reply) => {
      const result = await store.query(
        checkWindows({
          measurement: query.measurement,
          fields: query.field,
          projects: 'all',
          where: query.where.map((text): TagFilter => parseTagFilter(text)),
          aggregate: query.aggregate,
          percentile: query.percentile,
          groupBy: query.groupBy,
          stepMs: parseRequestDuration(query.step, 'step'),
          fromMs: parseRequestTime(query.from, 'from', nowMs()),
          toMs: parseRequestTime(query.to, 'to', nowMs()),
          timeZone: query.timeZone,
          fill: query.fill,
          top:
            query.top === undefined
              ? undefined
              : { count: query.top, by: query.topBy, order: query.topOrder },
        }),
        { signal: whenGone(reply.raw) },
      )
      // The schema's serializer is slower for arrays of pairs.
      return reply.serializer((body) => JSON.stringify(body)).send(result)
    },
  )
  app.get(
    '/api/v1/series',
    {
      schema: {
        summary: 'Which measurements, fields, tags and tag values there are',
        querystring: SeriesParameters,
        response: answers(SeriesAnswer),
      },
    },
    ({ query }) => store.series({ projects: 'all', ...query }),
  )
}

function checkWindows(query: Query): Query {
  if (query.toMs <= query.fromMs) {
    throw badRequest({ zh: 'from 必须早于 to', en: 'from must lie before to' })
  }
  const windows = (query.toMs - query.fromMs) / query.stepMs
  if (query.aggregate !== 'raw' && windows > MAX_WINDOWS) {
    throw badRequest({
      zh: `step 太小：${Math.ceil(windows)} 个窗口，最多 ${MAX_WINDOWS} 个`,
      en: `step is too small: ${Math.ceil(windows)} windows, at most ${MAX_WINDOWS}`,
    })
  }
  return query
}
