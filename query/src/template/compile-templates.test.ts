import { describe, expect, test } from 'vitest'
import { compileInfluxQlTemplate, compilePromqlTemplate, QueryError } from '../index.ts'
import type { TemplateQuery } from '../index.ts'

/** CPU as its rule has it, of the hosts that are chosen. */
const CPU: TemplateQuery = {
  measurement: 'cpu',
  value: {
    operator: '-',
    left: { operator: '-', left: 100, right: { aggregate: 'mean', field: 'usage_idle' } },
    right: { aggregate: 'mean', field: 'usage_iowait' },
  },
  where: [
    { tag: 'host', variable: 'host' },
    { tag: 'cpu', operator: '=', value: 'cpu-total' },
  ],
  groupBy: ['host'],
}

const NET: TemplateQuery = {
  measurement: 'net',
  value: { aggregate: 'rate', field: 'bytes_recv' },
  where: [{ tag: 'host', variable: 'host' }],
  groupBy: ['host', 'interface'],
}

describe('in InfluxQL', () => {
  test('a formula is one statement of windows', () => {
    expect(compileInfluxQlTemplate(CPU, { span: 'windows' })).toBe(
      'SELECT (100 - mean("usage_idle")) - mean("usage_iowait") AS "value" FROM "cpu" WHERE $timeFilter AND ("host"::tag =~ /^${host:regex}$/) AND ("cpu"::tag = \'cpu-total\') GROUP BY time($__interval), "host" fill(null)',
    )
  })

  test('over the range there is one row for each group, under the name that was asked for', () => {
    expect(
      compileInfluxQlTemplate({ ...CPU, groupBy: [] }, { span: 'range', as: 'Value #A' }),
    ).toBe(
      'SELECT (100 - mean("usage_idle")) - mean("usage_iowait") AS "Value #A" FROM "cpu" WHERE $timeFilter AND ("host"::tag =~ /^${host:regex}$/) AND ("cpu"::tag = \'cpu-total\')',
    )
  })

  test('a rate of series that are kept apart is the derivative of their last samples', () => {
    expect(compileInfluxQlTemplate(NET, { span: 'windows' })).toBe(
      'SELECT non_negative_derivative(last("bytes_recv"), 1s) AS "value" FROM "net" WHERE $timeFilter AND ("host"::tag =~ /^${host:regex}$/) GROUP BY time($__interval), "host", "interface" fill(null)',
    )
  })

  test('a rate of several series is summed outside, series by series', () => {
    expect(compileInfluxQlTemplate({ ...NET, groupBy: ['host'] }, { span: 'windows' })).toBe(
      'SELECT sum("part0") AS "value" FROM (SELECT non_negative_derivative(last("bytes_recv"), 1s) AS "part0" FROM "net" WHERE $timeFilter AND ("host"::tag =~ /^${host:regex}$/) GROUP BY time($__interval), "host", "interface" fill(none)) WHERE $timeFilter GROUP BY time($__interval), "host" fill(null)',
    )
  })

  test('a rate over the range is the mean of its windows', () => {
    expect(compileInfluxQlTemplate(NET, { span: 'range' })).toMatch(
      /^SELECT mean\("part0"\) AS "value" FROM \(SELECT .* fill\(none\)\) GROUP BY "host", "interface"$/,
    )
  })

  test('how long a level lasts is what is left by how fast it goes, both of the same windows', () => {
    const left = { aggregate: 'last', field: 'free' } as const
    const right = { aggregate: 'growth', field: 'used' } as const
    const query = { measurement: 'disk', where: [], groupBy: ['host', 'path'] }
    const full = { ...query, value: { operator: '/', left, right } as const }
    expect(compileInfluxQlTemplate(full, { span: 'range' })).toBe(
      'SELECT last("part0") / mean("part1") AS "value" FROM (SELECT last("free") AS "part0", derivative(mean("used"), 1s) AS "part1" FROM "disk" WHERE $timeFilter GROUP BY time($__interval), "host", "path", "device", "fstype" fill(none)) GROUP BY "host", "path"',
    )
  })
})

describe('in PromQL', () => {
  test('a formula is arithmetic of aggregations that keep the same labels', () => {
    const part = (field: string) =>
      `avg by (host) (avg_over_time({__name__="cpu_${field}",cpu="cpu-total",host=~"$host"}[$__interval]))`
    expect(compilePromqlTemplate(CPU, { span: 'windows' })).toBe(
      `(100 - ${part('usage_idle')}) - ${part('usage_iowait')}`,
    )
  })

  test("a rate is of Grafana's rate interval, or of the whole range", () => {
    const selector = '{__name__="net_bytes_recv",host=~"$host"}'
    expect(compilePromqlTemplate(NET, { span: 'windows' })).toBe(
      `sum by (host, interface) (rate(${selector}[$__rate_interval]))`,
    )
    expect(compilePromqlTemplate(NET, { span: 'range' })).toBe(
      `sum by (host, interface) (rate(${selector}[$__range]))`,
    )
  })
})

describe.each([
  ['InfluxQL', (query: TemplateQuery) => compileInfluxQlTemplate(query, { span: 'windows' })],
  ['PromQL', (query: TemplateQuery) => compilePromqlTemplate(query, { span: 'windows' })],
])('%s refuses', (_, compile) => {
  test('a formula without a field', () => {
    expect(() => compile({ ...CPU, value: 100 })).toThrow(QueryError)
  })

  test("a variable whose name would end Grafana's brackets", () => {
    const where = [{ tag: 'host', variable: 'host}$/ or 1' }]
    expect(() => compile({ ...CPU, where })).toThrow(/letters, digits and _ are expected/)
  })

  test('an expression that only one store knows', () => {
    const where = [{ tag: 'host', operator: '=~', value: '(?=db)' } as const]
    expect(() => compile({ ...CPU, where })).toThrow(QueryError)
  })
})
