import { Type } from 'typebox'

/**
 * A question about numbers over time: what boards, console, rules and reports ask. It means the same on every store; docs/query-model.md has
 * the semantics and what a store can't say.
 */
export interface Query {
  readonly measurement: string
  /** Each is answered by itself: a series of the answer is of one field. */
  readonly fields: readonly string[]
  /** Whose data the answer may be of. Not a part of `where`, so that nobody forgets it and nothing written there widens it. */
  readonly projects: ProjectLimit
  /** All of them must hold. */
  readonly where: readonly TagFilter[]
  readonly aggregate: Aggregate
  /** Of aggregate `percentile`, and of it alone: above 0, at most 100. */
  readonly percentile?: number | undefined
  /** Tags to keep apart; others are aggregated away. Tags include `host`, and `project` and `role` where set. */
  readonly groupBy: readonly string[]
  /**
   * Window length, ms. A window is [t, t + step), labelled t, and aligned to the epoch, or to the days of `timeZone`. Samples outside of
   * [fromMs, toMs) don't count, so that the first and the last window may be cut; a rate alone looks at the whole of the first and at the one before it.
   */
  readonly stepMs: number
  /** Inclusive, epoch ms. */
  readonly fromMs: number
  /** Exclusive, epoch ms. */
  readonly toMs: number
  /**
   * A name of the IANA database: windows begin anew at each of its midnights. The step divides a day or is whole days (counted from 1970-01-01
   * there); where a day has 23 or 25 hours, its last window or the window of the whole day is as much shorter or longer.
   */
  readonly timeZone?: string | undefined
  /** Windows begin so many ms after a whole number of steps: at least 0 and below the step. Not with `timeZone`. */
  readonly offsetMs?: number | undefined
  /** What stands in a window without a sample; `none` if not said. */
  readonly fill?: Fill | undefined
  /** Only so many series of each field, ranked by their values before gaps are filled. */
  readonly top?: Top | undefined
}

/** All projects, or those named and nothing else: what belongs to no project is in no list. */
export type ProjectLimit = 'all' | readonly string[]

/** What a window can be made into; Aggregate says how. */
export const AGGREGATES = [
  'mean',
  'min',
  'max',
  'sum',
  'count',
  'last',
  'first',
  'percentile',
  'rate',
  'raw',
] as const

/**
 * Of all samples of a group in a window: `last` and `first` go by time (of several series with one time the greater value counts). `percentile` is
 * always one of the samples: of n in the order of their values the one whose number is n × percentile / 100, rounded, at least 1 (InfluxDB's rule);
 * it is of raw data alone and refused beyond their life. `rate` is per second: for each series, what it rose from the last sample of the window before
 * to the last sample of this one (a counter that falls was reset and rose by its new value; another kind may fall), over the time between the
 * two, without extrapolation, and absent where the window before has no sample; a group's rate is the sum of its series'. `raw`: each sample as it is
 * (step is ignored, groupBy too: one answer per series, with all its tags).
 */
export type Aggregate = (typeof AGGREGATES)[number]

export const FILLS = ['none', 'null', 'previous'] as const

/**
 * `none`: the window is absent. `null`: it is there without a value. `previous`: it repeats the value of the window before; absent where there is
 * none in the range.
 */
export type Fill = (typeof FILLS)[number]

/**
 * A condition on a tag of the series or on `host`, its subject. A tag that a series doesn't have is ''. `=~` and `!~` are regular expressions that must
 * match the whole value, as in PromQL; `.` matches line breaks too. They are JavaScript's, as far as RE2 has the same: no looking around, no references back.
 */
export type TagFilter =
  | { readonly tag: string; readonly operator: '=' | '!=' | '=~' | '!~'; readonly value: string }
  /** The value is one of these. */
  | { readonly tag: string; readonly operator: 'in'; readonly values: readonly string[] }

export const RANKINGS = ['mean', 'max', 'min', 'last'] as const

/** What of a series' values ranks it. */
export type Ranking = (typeof RANKINGS)[number]

export interface Top {
  readonly count: number
  readonly by: Ranking
  /** `highest` if not said. The answer is in this order. */
  readonly order?: 'highest' | 'lowest' | undefined
}

const Name = Type.String({ minLength: 1, maxLength: 256 })

function oneOf(names: readonly string[]) {
  return Type.Union(names.map((name) => Type.Literal(name)))
}

/** The shape of a query in JSON; checkQuery says whether it makes sense. */
export const QuerySchema = Type.Unsafe<Query>(
  Type.Object(
    {
      measurement: Name,
      fields: Type.Array(Name, { minItems: 1, maxItems: 64 }),
      projects: Type.Union([Type.Literal('all'), Type.Array(Name)], {
        description: 'Whose data the answer may be of',
      }),
      where: Type.Array(
        Type.Union([
          Type.Object(
            { tag: Name, operator: oneOf(['=', '!=', '=~', '!~']), value: Type.String() },
            { additionalProperties: false },
          ),
          Type.Object(
            { tag: Name, operator: Type.Literal('in'), values: Type.Array(Type.String()) },
            { additionalProperties: false },
          ),
        ]),
      ),
      aggregate: oneOf(AGGREGATES),
      percentile: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 100 })),
      groupBy: Type.Array(Name),
      stepMs: Type.Integer({ minimum: 1 }),
      fromMs: Type.Integer({ description: 'Inclusive, epoch ms' }),
      toMs: Type.Integer({ description: 'Exclusive, epoch ms' }),
      timeZone: Type.Optional(Name),
      offsetMs: Type.Optional(Type.Integer({ minimum: 0 })),
      fill: Type.Optional(oneOf(FILLS)),
      top: Type.Optional(
        Type.Object(
          {
            count: Type.Integer({ minimum: 1 }),
            by: oneOf(RANKINGS),
            order: Type.Optional(oneOf(['highest', 'lowest'])),
          },
          { additionalProperties: false },
        ),
      ),
    },
    { additionalProperties: false },
  ),
)
