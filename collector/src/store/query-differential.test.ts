import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SeriesTable } from '@wardround/protocol'
import { compileInfluxQl, compilePromql, quoteRe2, toQueryResult } from '@wardround/query'
import type { Query, QueryResult } from '@wardround/query'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EmbeddedStore } from './embedded/embedded-store.ts'
import { queriesOf, sparsely, WHERES, WINDOW_AGGREGATES } from './testing/differential-queries.ts'
import { allSamples, define, FROM_MS, HOSTILE, TO_MS } from './testing/differential-samples.ts'
import { hasInfluxDb, startInfluxDb } from './testing/peers/influxdb.ts'
import type { InfluxDb } from './testing/peers/influxdb.ts'
import { toLines } from './testing/peers/to-lines.ts'
import { hasVictoriaMetrics, startVictoriaMetrics } from './testing/peers/victoria-metrics.ts'
import type { VictoriaMetrics } from './testing/peers/victoria-metrics.ts'
import { LONG_RETENTION } from './testing/long-retention.ts'
import type { Sample } from './testing/sample-journal.ts'

/*
 * The same samples and the same queries on the embedded store, on a real InfluxDB and on a real VictoriaMetrics. What may differ is listed in
 * docs/query-model.md, and each of those differences has a test of its own at the end: nothing else is allowed.
 */

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

/**
 * How far two numbers may be apart, in parts of the greater. Sums in another order differ in their last digits, and VictoriaMetrics keeps some 15
 * digits of a value. Rates there are divided by a difference of times in seconds, each true to a quarter of a microsecond.
 */
const TOLERANCE = { sums: 1e-9, rates: 1e-7 }

class ThreeStores implements AsyncDisposable {
  readonly #directory = mkdtempSync(join(tmpdir(), 'wardround-differential-'))
  readonly #table = new SeriesTable()
  readonly #embedded: EmbeddedStore
  #influx: InfluxDb | undefined
  #victoria: VictoriaMetrics | undefined

  private constructor(nowMs: number) {
    this.#embedded = new EmbeddedStore({
      directory: this.#directory,
      series: this.#table,
      retention: LONG_RETENTION,
      nowMs: () => nowMs,
    })
  }

  static async start(nowMs = TO_MS + 3 * DAY_MS): Promise<ThreeStores> {
    const stores = new ThreeStores(nowMs)
    if (hasInfluxDb()) stores.#influx = await startInfluxDb()
    if (hasVictoriaMetrics()) stores.#victoria = await startVictoriaMetrics()
    return stores
  }

  async write(samples: readonly Sample[]): Promise<void> {
    for (const [at, { series, timeMs, value }] of samples.entries()) {
      const block = {
        subject: series.subject,
        timeMs,
        series: Uint32Array.of(this.#table.intern(series)),
        values: Float64Array.of(value),
      }
      this.#embedded.write(block, { segment: 1, offset: at }, timeMs)
    }
    this.#embedded.mergeAll()
    for (let at = 0; at < samples.length; at += 20_000) {
      const lines = toLines(samples.slice(at, at + 20_000))
      await this.#influx?.write(lines)
      await this.#victoria?.write(lines)
    }
    await this.#victoria?.flush()
  }

  embedded(query: Query): QueryResult {
    const steps = this.#embedded.query(query)
    for (;;) {
      const step = steps.next()
      if (step.done === true) return toQueryResult(step.value)
    }
  }

  async influx(query: Query): Promise<QueryResult> {
    const { statements, read } = compileInfluxQl(query)
    return toQueryResult(read(await this.#influx!.query(statements)))
  }

  async victoria(
    query: Query,
    dialect: 'metricsql' | 'promql' = 'metricsql',
  ): Promise<QueryResult> {
    const { requests, read } = compilePromql(query, { dialect })
    return toQueryResult(read(await this.#victoria!.query(requests)))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#influx?.[Symbol.asyncDispose]()
    await this.#victoria?.[Symbol.asyncDispose]()
    this.#embedded.close()
    rmSync(this.#directory, { recursive: true })
  }
}

function expectClose(actual: QueryResult, expected: QueryResult, query: Query): void {
  const about = JSON.stringify(query)
  const allowed = query.aggregate === 'rate' ? TOLERANCE.rates : TOLERANCE.sums
  const named = (result: QueryResult) => result.series.map(({ field, tags }) => ({ field, tags }))
  expect(named(actual), about).toEqual(named(expected))
  for (const [index, { points, tags }] of expected.series.entries()) {
    const found = actual.series[index]!.points
    const where = `${about} ${JSON.stringify(tags)}`
    expect(
      found.map(([at]) => at),
      where,
    ).toEqual(points.map(([at]) => at))
    for (const [at, [timeMs, value]] of points.entries()) {
      const other = found[at]![1]
      if (value === null || other === null) expect(other, where).toBe(value)
      else if (Math.abs(other - value) > allowed * Math.max(1, Math.abs(value)))
        expect(other, `${where} at ${timeMs}`).toBe(value)
    }
  }
}

const cpuOfHosts: Query = {
  measurement: 'cpu',
  fields: ['usage_idle'],
  projects: 'all',
  where: [],
  aggregate: 'mean',
  groupBy: ['host', 'project'],
  stepMs: HOUR_MS,
  fromMs: FROM_MS + 2 * HOUR_MS,
  toMs: FROM_MS + 9 * HOUR_MS,
}

const INFLUXDB = 'influxdb is not installed'
const VICTORIA = 'victoria-metrics is not installed'

describe('the same numbers', () => {
  let stores: ThreeStores

  beforeAll(async () => {
    stores = await ThreeStores.start()
    const samples = allSamples()
    // Every fifth comes late: days after those around it.
    const isLate = (_: unknown, at: number): boolean => at % 5 === 0
    await stores.write(samples.filter((sample, at) => !isLate(sample, at)))
    await stores.write(samples.filter(isLate))
  })
  afterAll(() => stores[Symbol.asyncDispose]())

  test.for(WINDOW_AGGREGATES)('%s from InfluxDB', async (aggregate, { skip }) => {
    skip(!hasInfluxDb(), INFLUXDB)
    const oneIn = aggregate === 'rate' ? 11 : 2
    for (const query of sparsely(queriesOf(aggregate), oneIn))
      expectClose(await stores.influx(query), stores.embedded(query), query)
  })

  test.for(WINDOW_AGGREGATES)('%s from VictoriaMetrics', async (aggregate, { skip }) => {
    skip(!hasVictoriaMetrics(), VICTORIA)
    for (const query of sparsely(queriesOf(aggregate), 2))
      expectClose(await stores.victoria(query), stores.embedded(query), query)
  })

  test.for(WINDOW_AGGREGATES)('%s in plain PromQL', async (aggregate, { skip }) => {
    skip(!hasVictoriaMetrics(), VICTORIA)
    for (const query of sparsely(queriesOf(aggregate), 7))
      expectClose(await stores.victoria(query, 'promql'), stores.embedded(query), query)
  })

  test('the samples themselves, of several fields, from both', async ({ skip }) => {
    skip(!hasInfluxDb(), INFLUXDB)
    skip(!hasVictoriaMetrics(), VICTORIA)
    for (const where of WHERES) {
      const query: Query = {
        ...cpuOfHosts,
        aggregate: 'raw',
        fields: ['usage_idle', 'none'],
        where,
      }
      const expected = stores.embedded(query)
      expect(expected.series.length).toBeGreaterThan(0)
      expectClose(await stores.influx(query), expected, query)
      expectClose(await stores.victoria(query), expected, query)
    }
  })

  test('a gauge may fall: its rate is negative, where its kind is declared', async ({ skip }) => {
    skip(!hasInfluxDb(), INFLUXDB)
    skip(!hasVictoriaMetrics(), VICTORIA)
    const query: Query = { ...cpuOfHosts, aggregate: 'rate' }
    const expected = stores.embedded(query)
    const values = expected.series.flatMap(({ points }) => points.map(([, value]) => Number(value)))
    expect(Math.min(...values)).toBeLessThan(0)
    expectClose(await stores.influx(query), expected, query)
    expectClose(await stores.victoria(query), expected, query)
    expectClose(await stores.victoria(query, 'promql'), expected, query)
  })

  test.for(HOSTILE)(
    'nothing in the value %j is a language, in no place',
    async (value, { skip }) => {
      skip(!hasInfluxDb(), INFLUXDB)
      skip(!hasVictoriaMetrics(), VICTORIA)
      const filters: Query['where'] = [
        { tag: 'host', operator: '=', value },
        { tag: 'host', operator: '!=', value },
        { tag: 'host', operator: 'in', values: [value] },
        { tag: 'host', operator: '=~', value: quoteRe2(value) },
        { tag: 'host', operator: '!~', value: `${quoteRe2(value)}|x` },
        { tag: 'project', operator: '=', value },
        { tag: value.replaceAll(/\W/g, '_'), operator: '=', value: '' },
      ]
      for (const filter of filters) {
        for (const projects of ['all', [value], ['hc']] as const) {
          const query: Query = { ...cpuOfHosts, where: [filter], projects }
          const expected = stores.embedded(query)
          expectClose(await stores.influx(query), expected, query)
          expectClose(await stores.victoria(query), expected, query)
        }
      }
    },
  )

  test('names are quoted too', async ({ skip }) => {
    skip(!hasInfluxDb(), INFLUXDB)
    skip(!hasVictoriaMetrics(), VICTORIA)
    for (const name of HOSTILE) {
      for (const query of [
        { ...cpuOfHosts, measurement: name },
        { ...cpuOfHosts, fields: [name] },
      ]) {
        expect((await stores.influx(query)).series).toEqual([])
        expect((await stores.victoria(query)).series).toEqual([])
      }
      const grouped = { ...cpuOfHosts, groupBy: [name] }
      expectClose(await stores.influx(grouped), stores.embedded(grouped), grouped)
    }
  })
})

test('what came a moment ago is answered, and nothing after it', async ({ skip }) => {
  skip(!hasVictoriaMetrics(), VICTORIA)
  const nowMs = Math.floor(Date.now() / 10_000) * 10_000
  await using stores = await ThreeStores.start(nowMs)
  const series = define('db1', 'net', { interface: 'eth0' }, 'bytes_recv', 'counter')
  const samples = Array.from({ length: 30 }, (_, at) => {
    return { series, timeMs: nowMs - 300_000 + at * 10_000, value: at * at }
  })
  await stores.write(samples)
  for (const aggregate of ['count', 'rate', 'last', 'percentile'] as const) {
    for (const dialect of ['metricsql', 'promql'] as const) {
      const query: Query = {
        ...cpuOfHosts,
        measurement: 'net',
        fields: ['bytes_recv'],
        aggregate,
        groupBy: ['host'],
        stepMs: 10_000,
        fromMs: nowMs - 120_000,
        toMs: nowMs + 60_000,
        percentile: aggregate === 'percentile' ? 50 : undefined,
      }
      expectClose(await stores.victoria(query, dialect), stores.embedded(query), query)
    }
  }
  if (!hasInfluxDb()) return
  const query: Query = { ...cpuOfHosts, fromMs: nowMs - 120_000, toMs: nowMs + 60_000 }
  expectClose(await stores.influx(query), stores.embedded(query), query)
})

/** The differences that docs/query-model.md lists: each is there, so that the list stays true. */
describe('what may differ', () => {
  test('VictoriaMetrics takes a fall of less than an eighth for no reset', async ({ skip }) => {
    skip(!hasVictoriaMetrics(), VICTORIA)
    await using stores = await ThreeStores.start()
    const series = define('db1', 'net', { interface: 'eth0' }, 'bytes_recv', 'counter')
    const samples = [1000, 1100, 1050, 1100].map((value, at) => {
      return { series, timeMs: FROM_MS + at * MINUTE_MS, value }
    })
    await stores.write(samples)
    const query: Query = {
      ...cpuOfHosts,
      measurement: 'net',
      fields: ['bytes_recv'],
      aggregate: 'rate',
      groupBy: [],
      stepMs: MINUTE_MS,
      fromMs: FROM_MS,
      toMs: FROM_MS + 4 * MINUTE_MS,
    }
    const rises = ({ series: [one] }: QueryResult) =>
      one?.points.map(([, value]) => Math.round(Number(value) * 60))
    expect(rises(stores.embedded(query))).toEqual([100, 1050, 50])
    expect(rises(await stores.victoria(query))).toEqual([100, 0, 50])
    expect(rises(await stores.victoria(query, 'promql'))).toEqual([100, 1050, 50])
    if (hasInfluxDb()) expect(rises(await stores.influx(query))).toEqual([100, 1050, 50])
  })

  test('of two samples with one time InfluxDB keeps the later, the embedded store the first', async ({
    skip,
  }) => {
    skip(!hasInfluxDb(), INFLUXDB)
    await using stores = await ThreeStores.start()
    const series = define('db1', 'cpu', { cpu: 'cpu0' }, 'usage_idle')
    const timeMs = FROM_MS + 3 * HOUR_MS
    await stores.write([{ series, timeMs, value: 1 }])
    await stores.write([{ series, timeMs, value: 2 }])
    const query: Query = { ...cpuOfHosts, groupBy: [] }
    expect(stores.embedded(query).series[0]?.points).toEqual([[timeMs, 1]])
    expect((await stores.influx(query)).series[0]?.points).toEqual([[timeMs, 2]])
    if (hasVictoriaMetrics()) {
      const twice = await stores.victoria({ ...query, aggregate: 'count' })
      expect(twice.series[0]?.points).toEqual([[timeMs, 2]])
    }
  })
})
