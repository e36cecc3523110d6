import type { Aggregate, Query } from '@wardround/query'
import { FROM_MS, HOSTILE, TO_MS } from './differential-samples.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

/** Every one that is computed of windows. */
export const WINDOW_AGGREGATES: readonly Aggregate[] = [
  'mean',
  'min',
  'max',
  'sum',
  'count',
  'last',
  'first',
  'percentile',
  'rate',
]

const STEPS = [
  { stepMs: 5 * MINUTE_MS },
  { stepMs: 7 * MINUTE_MS },
  { stepMs: HOUR_MS },
  { stepMs: 11 * MINUTE_MS, offsetMs: 61_000 },
  { stepMs: DAY_MS, timeZone: 'Asia/Shanghai' },
  { stepMs: DAY_MS, timeZone: 'America/New_York' },
  { stepMs: 2 * HOUR_MS, timeZone: 'America/New_York' },
] as const

const GROUPS = [[], ['host'], ['project', 'cpu']] as const

export const WHERES: readonly Query['where'][] = [
  [],
  [{ tag: 'host', operator: 'in', values: ['db1', ...HOSTILE.slice(0, 3), 'no such host'] }],
  [{ tag: 'host', operator: '=~', value: String.raw`db\d|[^;]*["'].*` }],
  [
    { tag: 'project', operator: '!=', value: 'hc' },
    { tag: 'rack', operator: '=', value: '' },
  ],
  [{ tag: 'project', operator: '!~', value: '健.*|' }],
]

const LIMITS: readonly Query['projects'][] = ['all', ['hc', '健康|城市'], ['h.']]

const FILLS = ['none', 'null', 'previous'] as const

/** One in so many combinations is asked where each costs a while; WARDROUND_DIFFERENTIAL=full asks all. */
export function sparsely<T>(queries: readonly T[], oneIn: number): readonly T[] {
  if (process.env['WARDROUND_DIFFERENTIAL'] === 'full') return queries
  return queries.filter((_, at) => at % oneIn === 0)
}

/** Each aggregate × step × group × where × limit; fill, top and the ends of the range go round. */
export function queriesOf(aggregate: Aggregate): Query[] {
  const found: Query[] = []
  for (const step of STEPS) {
    for (const groupBy of GROUPS) {
      for (const where of WHERES) {
        for (const projects of LIMITS) {
          const turn = found.length
          const counters = aggregate === 'rate' || turn % 2 === 0
          const isWhole = turn % 4 === 0
          found.push({
            measurement: counters ? 'net' : 'cpu',
            fields: [counters ? 'bytes_recv' : 'usage_idle'],
            projects,
            where,
            aggregate,
            percentile: aggregate === 'percentile' ? [1, 50, 95, 99.9][turn % 4] : undefined,
            groupBy,
            ...step,
            fromMs: isWhole ? FROM_MS + 6 * HOUR_MS : FROM_MS + 7 * HOUR_MS + 61_234,
            toMs: isWhole ? TO_MS : TO_MS - 5 * HOUR_MS - 7_891,
            fill: FILLS[turn % FILLS.length],
            top: turn % 5 === 4 ? { count: 3, by: 'max' } : undefined,
          })
        }
      }
    }
  }
  return found
}
