import * as fc from 'fast-check'
import { FROM_MS, TO_MS } from '../../store/testing/differential-samples.ts'

/*
 * Statements as panels have them, put together by chance from what both know. Left out is where InfluxDB's own answer is by chance: the order of rows of one time
 * under LIMIT, and what a range without an end has.
 */

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000

const WINDOW_FUNCTIONS = [
  'mean',
  'min',
  'max',
  'sum',
  'count',
  'first',
  'last',
  'median',
  'spread',
] as const

const TRANSFORMATIONS = [
  (inner: string) => `derivative(${inner}, 1s)`,
  (inner: string) => `non_negative_derivative(${inner}, 1s)`,
  (inner: string) => `difference(${inner})`,
  (inner: string) => `non_negative_difference(${inner})`,
  (inner: string) => `moving_average(${inner}, 3)`,
  (inner: string) => `cumulative_sum(${inner})`,
  (inner: string) => `elapsed(${inner}, 1s)`,
] as const

const conditions = fc.constantFrom(
  '',
  ` AND "host" = 'db1'`,
  ` AND "host"::tag =~ /^(db1|db2)$/`,
  ` AND ("host" = 'db1' OR "host" = 'db2')`,
  ` AND host !~ /db/`,
  ` AND "project" != 'hc' AND host =~ /(?i)D|'/`,
  ` AND project = ''`,
  ` AND project =~ /健|^h/`,
  ` AND host = 'nobody'`,
)

const groups = fc.constantFrom('', ', "host"', ', project', ', *', ', /h|p/', ', "host", "project"')

const fills = fc.constantFrom(
  '',
  ' fill(null)',
  ' fill(none)',
  ' fill(previous)',
  ' fill(0)',
  ' fill(-1.5)',
  ' fill(linear)',
)

const steps = fc.constantFrom('1m', '5m', '7m', '10m, 3m', '1h', '90s', '1d', '1h, -7m')

const ranges = fc
  .tuple(fc.integer({ min: 0, max: 20 * 60 }), fc.integer({ min: 20, max: 300 }), fc.boolean())
  .map(([fromMinute, minutes, isExact]) => {
    const fromMs = FROM_MS + fromMinute * MINUTE_MS + (isExact ? 0 : 12_345)
    const toMs = Math.min(TO_MS + HOUR_MS, fromMs + minutes * MINUTE_MS)
    return `time >= ${fromMs}ms AND time ${isExact ? '<' : '<='} ${toMs}ms`
  })

const sources = fc.constantFrom(
  { measurement: 'cpu', field: 'usage_idle' },
  { measurement: 'net', field: 'bytes_recv' },
)

const columns = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...WINDOW_FUNCTIONS).map((name) => [`${name}(@)`]) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('percentile(@, 95)', 'percentile(@, 50)').map((one) => [one]),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom(...TRANSFORMATIONS), fc.constantFrom('mean', 'last', 'max', 'count'))
      .map(([make, name]) => [make(`${name}(@)`)]),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ['max(@) - min(@)'],
      ['100 - mean(@)', 'mean(@) / 8 AS "eighth"'],
      ['mean(@)', 'max(@) AS top', 'mean(@) * 2'],
      ['sum(@) / count(@)'],
      ['mean(@) / (max(@) - max(@))'],
      ['round(mean(@) * 10) / 10'],
    ),
  },
)

const tails = fc.constantFrom('', '', '', ' LIMIT 3', ' LIMIT 2 OFFSET 1')

const ofWindows = fc
  .tuple(columns, sources, ranges, conditions, steps, groups, fills, tails)
  .map(([texts, { measurement, field }, range, condition, step, group, fill, tail]) => {
    const selected = texts.join(', ').replaceAll('@', `"${field}"`)
    return `SELECT ${selected} FROM "${measurement}" WHERE ${range}${condition} GROUP BY time(${step})${group}${fill}${tail}`
  })

/** `first` and `last` of several series with one time are by chance there. */
const ofRanges = fc
  .tuple(
    fc.constantFrom('mean', 'min', 'max', 'sum', 'count', 'median', 'spread'),
    sources,
    ranges,
    conditions,
    groups,
  )
  .map(([name, { measurement, field }, range, condition, group]) => {
    const by = group === '' ? '' : ` GROUP BY ${group.slice(2)}`
    return `SELECT ${name}("${field}") FROM "${measurement}" WHERE ${range}${condition}${by}`
  })

const ofSamples = fc
  .tuple(
    fc.constantFrom(
      '@',
      '@ * 2',
      '@, host',
      '*',
      '@ AS v',
      'difference(@)',
      'derivative(@, 1m)',
      'cumulative_sum(@)',
    ),
    sources,
    ranges,
    fc.boolean(),
  )
  .map(([selected, { measurement, field }, range, isDescending]) => {
    const isPlain = !selected.includes('(')
    const order = isDescending && isPlain ? ' ORDER BY time DESC' : ''
    return `SELECT ${selected.replaceAll('@', `"${field}"`)} FROM "${measurement}" WHERE ${range} AND host = 'db2' GROUP BY *${order}`
  })

const ofSubqueries = fc
  .tuple(
    fc.constantFrom('sum', 'mean', 'max', 'count'),
    columns,
    sources,
    ranges,
    steps,
    fc.constantFrom(', *', ', "host"', ', "host", "project"'),
    fc.constantFrom('', ', "host"', ', project'),
    fc.constantFrom('', ' AND "v" > 30', ` AND "host" = 'db1' AND v >= 0`),
  )
  .map(([outer, [text = ''], { measurement, field }, range, step, inner, group, condition]) => {
    const value = text.replaceAll('@', `"${field}"`).replace(/ AS .*/, '')
    const samples = `SELECT ${value} AS "v" FROM "${measurement}" WHERE ${range} GROUP BY time(${step})${inner}`
    return `SELECT ${outer}("v") FROM (${samples}) WHERE ${range}${condition} GROUP BY time(10m)${group} fill(none)`
  })

/** The same for the same seed. */
export function randomStatements(count: number, seed: number): string[] {
  const arbitrary = fc.oneof(
    { weight: 6, arbitrary: ofWindows },
    { weight: 2, arbitrary: ofRanges },
    { weight: 1, arbitrary: ofSamples },
    { weight: 3, arbitrary: ofSubqueries },
  )
  return fc.sample(arbitrary, { numRuns: count, seed })
}
