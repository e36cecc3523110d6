import { describe, expect, test } from 'vitest'
import { toQueryResult } from '../answer.ts'
import { QueryError } from '../query-error.ts'
import { AGGREGATES } from '../query.ts'
import type { Query } from '../query.ts'
import { StoreAnswerError } from '../store-answer-error.ts'
import { compileInfluxQl } from './compile-influxql.ts'

const cpu: Query = {
  measurement: 'cpu',
  fields: ['usage_idle'],
  projects: 'all',
  where: [],
  aggregate: 'mean',
  groupBy: ['host'],
  stepMs: 60_000,
  fromMs: 600_000,
  toMs: 900_000,
}

function statementsOf(query: Partial<Query>): readonly string[] {
  return compileInfluxQl({ ...cpu, ...query }).statements
}

test('an aggregate is one statement for each field', () => {
  expect(statementsOf({ fields: ['usage_idle', 'usage_iowait'] })).toEqual(
    ['usage_idle', 'usage_iowait'].map(
      (field) =>
        `SELECT mean("${field}") AS "value" FROM "cpu" WHERE time >= 600000ms AND time < 900000ms GROUP BY time(60000ms), "host" fill(none)`,
    ),
  )
})

test('where, projects and the retention policy', () => {
  const query: Query = {
    ...cpu,
    projects: ['hc', "h's"],
    where: [
      { tag: 'host', operator: '=~', value: 'db/[0-9]' },
      { tag: 'role', operator: '!=', value: 'a\\b\nc' },
      { tag: 'cpu', operator: 'in', values: ['cpu0', 'cpu1'] },
    ],
  }
  expect(compileInfluxQl(query, { retentionPolicy: 'raw "30d"' }).statements).toEqual([
    String.raw`SELECT mean("usage_idle") AS "value" FROM "raw \"30d\""."cpu" WHERE ("project"::tag = 'hc' OR "project"::tag = 'h\'s')` +
      String.raw` AND ("host"::tag =~ /^(?s:db\x{2f}[0-9])$/) AND ("role"::tag != 'a\\b\nc') AND ("cpu"::tag = 'cpu0' OR "cpu"::tag = 'cpu1')` +
      ' AND time >= 600000ms AND time < 900000ms GROUP BY time(60000ms), "host" fill(none)',
  ])
})

test("days of a zone are runs of windows, each with the offset of its days' midnights", () => {
  const [fromMs, toMs] = [Date.UTC(2026, 2, 7, 5), Date.UTC(2026, 2, 10, 4)]
  const statements = statementsOf({
    stepMs: 86_400_000,
    timeZone: 'America/New_York',
    fromMs,
    toMs,
  })
  expect(statements.map((text) => /time\([^)]*\)/.exec(text)?.[0])).toEqual([
    'time(86400000ms, 18000000ms)',
    'time(82800000ms, 32400000ms)',
    'time(86400000ms, 14400000ms)',
  ])
})

describe.each(AGGREGATES)('%s', (aggregate) => {
  const percentile = aggregate === 'percentile' ? 95 : undefined

  test('is limited to the projects in every statement, within each sub-query', () => {
    const statements = statementsOf({ aggregate, percentile, projects: ['hc'], fields: ['a', 'b'] })
    expect(statements.length).toBeGreaterThan(0)
    for (const text of statements) {
      expect(text.match(/FROM "cpu"/g)).toHaveLength(1)
      expect(text).toContain(`FROM "cpu" WHERE ("project"::tag = 'hc') AND `)
    }
  })

  test('of no project is asked of nobody', () => {
    const { statements, read } = compileInfluxQl({ ...cpu, aggregate, percentile, projects: [] })
    expect(statements).toEqual([])
    expect(read([])).toEqual([])
  })
})

test('a percentile beyond raw data is refused', () => {
  const query: Query = { ...cpu, aggregate: 'percentile', percentile: 95 }
  expect(() => compileInfluxQl(query, { rawSinceMs: 600_001 })).toThrow(QueryError)
  expect(() => compileInfluxQl(query, { rawSinceMs: 600_000 })).not.toThrow()
})

test('an answer is read by its columns; a tag without a value is none', () => {
  const { read } = compileInfluxQl({ ...cpu, fill: 'null', toMs: 720_000 })
  const series = [
    { tags: { host: 'db1' }, columns: ['time', 'value'], values: [[600_000, 1.5]] },
    { tags: { host: '' }, columns: ['time', 'value'], values: [[660_000, 2]] },
  ]
  expect(toQueryResult(read([{ series }])).series).toEqual([
    {
      field: 'usage_idle',
      tags: { host: 'db1' },
      points: [
        [600_000, 1.5],
        [660_000, null],
      ],
    },
    {
      field: 'usage_idle',
      tags: {},
      points: [
        [600_000, null],
        [660_000, 2],
      ],
    },
  ])
})

test("InfluxDB's refusal, and a result too few, are said", () => {
  const { read } = compileInfluxQl(cpu)
  expect(() => read([{ error: 'max-select-buckets' }])).toThrow(StoreAnswerError)
  expect(() => read([{ error: 'max-select-buckets' }])).toThrow('max-select-buckets')
  expect(() => read([])).toThrow('no result')
})
