import { describe, expect, test } from 'vitest'
import { toQueryResult } from '../answer.ts'
import { QueryError } from '../query-error.ts'
import { AGGREGATES } from '../query.ts'
import type { Query } from '../query.ts'
import { StoreAnswerError } from '../store-answer-error.ts'
import { compilePromql } from './compile-promql.ts'

const cpu: Query = {
  measurement: 'cpu',
  fields: ['usage_idle'],
  projects: 'all',
  where: [],
  aggregate: 'max',
  groupBy: ['host'],
  stepMs: 60_000,
  fromMs: 600_000,
  toMs: 900_000,
}

function requestsOf(query: Partial<Query>, dialect: 'metricsql' | 'promql' = 'metricsql') {
  return compilePromql({ ...cpu, ...query }, { dialect }).requests
}

test('a window ends a millisecond before the next one; it is evaluated a minute early', () => {
  expect(requestsOf({})).toEqual([
    {
      path: '/api/v1/query_range',
      parameters: {
        query:
          'max by (host) (max_over_time({__name__="cpu_usage_idle"}[60000ms] offset -119999ms))',
        start: '540',
        end: '780',
        step: '60',
        nocache: '1',
      },
    },
  ])
})

test('windows that the range cuts are asked for by themselves', () => {
  const ranges = requestsOf({ fromMs: 601_234, toMs: 899_000 }).map(({ parameters }) => [
    parameters['start'],
    parameters['end'],
    /\[.*$/.exec(parameters['query'] ?? '')?.[0],
  ])
  expect(ranges).toEqual([
    ['540', '540', '[58766ms] offset -119999ms))'],
    ['600', '720', '[60000ms] offset -119999ms))'],
    ['780', '780', '[59000ms] offset -118999ms))'],
  ])
})

test('no request asks for more points than Prometheus gives', () => {
  const requests = requestsOf({ toMs: 600_000 + 25_000 * 60_000 })
  expect(requests.map(({ parameters }) => parameters['start'])).toEqual([
    '540',
    '600540',
    '1200540',
  ])
})

test('where and projects are matchers that must all fit', () => {
  const [request] = requestsOf({
    projects: ['hc', 'h.'],
    where: [
      { tag: 'host', operator: '=~', value: 'db"[0-9]' },
      { tag: 'project', operator: '=', value: 'x' },
      { tag: 'cpu', operator: 'in', values: ['cpu0', 'a|b'] },
      { tag: 'a-b', operator: '!=', value: '1\\2\n' },
    ],
  })
  expect(request?.parameters['query']).toContain(
    String.raw`{__name__="cpu_usage_idle",project=~"hc|h\\.",host=~"(?s:db\"[0-9])",project="x",cpu=~"cpu0|a\\|b",a\-b!="1\\2\n"}`,
  )
})

test('a rate of a counter takes resets out, of a gauge it does not', () => {
  const counter = requestsOf({ measurement: 'net', fields: ['bytes_recv'], aggregate: 'rate' })
  expect(counter[0]?.parameters['query']).toContain('increase_prometheus')
  const gauge = requestsOf({ aggregate: 'rate' })
  expect(gauge[0]?.parameters['query']).not.toContain('increase_prometheus')
})

test.each(['first', 'last', 'rate', 'percentile', 'raw'] as const)(
  '%s has no words in plain PromQL: the samples are asked for',
  (aggregate) => {
    const percentile = aggregate === 'percentile' ? 95 : undefined
    const [request] = requestsOf({ aggregate, percentile, fromMs: 600_001 }, 'promql')
    expect(request?.path).toBe('/api/v1/query')
    expect(request?.parameters['time']).toBe('900')
    expect(request?.parameters['query']).toMatch(/^\{[^(]*\}\[\d+ms\]$/)
  },
)

describe.each(['metricsql', 'promql'] as const)('%s', (dialect) => {
  test.each(AGGREGATES)('%s is limited to the projects in every selector', (aggregate) => {
    const percentile = aggregate === 'percentile' ? 95 : undefined
    const asked = { aggregate, percentile, fields: ['bytes_recv', 'usage_idle'] }
    for (const { parameters } of requestsOf({ ...asked, projects: ['hc'] }, dialect)) {
      const selectors = parameters['query']?.match(/\{[^}]*\}/g) ?? []
      expect(selectors.length).toBeGreaterThan(0)
      for (const one of selectors) expect(one).toContain('project=~"hc"')
    }
    expect(requestsOf({ ...asked, projects: [] }, dialect)).toEqual([])
    const nobody: Query['where'] = [{ tag: 'host', operator: 'in', values: [] }]
    expect(requestsOf({ ...asked, where: nobody }, dialect)).toEqual([])
  })
})

test.each([
  { note: 'half a second', change: { stepMs: 500 }, says: /whole seconds/ },
  {
    note: 'a tag that is no label',
    change: { where: [{ tag: 'a"b', operator: '=', value: '' }] },
    says: /no name of a label/,
  },
  {
    note: 'a percentile beyond raw data',
    change: { aggregate: 'percentile', percentile: 95, fromMs: 0 },
    says: /raw data/,
  },
] as const)('$note is refused', ({ change, says }) => {
  const compile = () =>
    compilePromql({ ...cpu, ...change }, { dialect: 'metricsql', rawSinceMs: 1_000 })
  expect(compile).toThrow(QueryError)
  expect(compile).toThrow(says)
})

test('plain PromQL has fewer names', () => {
  expect(() => requestsOf({ groupBy: ['a-b'] }, 'promql')).toThrow(QueryError)
  expect(requestsOf({ groupBy: ['a-b'] })[0]?.parameters['query']).toContain(String.raw`by (a\-b)`)
})

test('an answer is read, and what is none is said', () => {
  const { read } = compilePromql({ ...cpu, toMs: 720_000 }, { dialect: 'metricsql' })
  const values = [[540, '1.5'] as const, [600, 'NaN'] as const]
  const data = { resultType: 'matrix', result: [{ metric: { host: 'db1' }, values }] }
  expect(toQueryResult(read([{ status: 'success', data }])).series).toEqual([
    { field: 'usage_idle', tags: { host: 'db1' }, points: [[600_000, 1.5]] },
  ])
  const refused = { status: 'error', error: 'too many series' }
  expect(() => read([refused])).toThrow(StoreAnswerError)
  expect(() => read([refused])).toThrow('too many series')
  expect(() => read([])).toThrow('no answer')
  const other = { status: 'success', data: { ...data, resultType: 'scalar' } }
  expect(() => read([other])).toThrow('scalar')
})
