import { compileInfluxQl, toQueryResult } from '@wardround/query'
import type { InfluxQlResult, Query } from '@wardround/query'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  queriesOf,
  sparsely,
  WHERES,
  WINDOW_AGGREGATES,
} from '../store/testing/differential-queries.ts'
import { allSamples, FROM_MS, TO_MS } from '../store/testing/differential-samples.ts'
import { QueryServer } from './testing/query-server.ts'

/*
 * Whatever compileInfluxQl says, `/query` answers with the numbers that the store itself gives to the query: on a site without a database the boards that were
 * made for InfluxDB show the same.
 */

const DAY_MS = 86_400_000

let server: QueryServer

beforeAll(async () => {
  server = await QueryServer.start(TO_MS + 3 * DAY_MS)
  server.store.write(allSamples())
})
afterAll(() => server[Symbol.asyncDispose]())

async function expectSame(query: Query): Promise<void> {
  const { statements, read } = compileInfluxQl(query)
  const results: InfluxQlResult[] = await server.query(statements)
  const actual = toQueryResult(read(results)).series
  const expected = toQueryResult(await server.store.reader.answer(query)).series
  const about = `${JSON.stringify(query)} ${statements.join('; ')}`
  const shape = (series: typeof actual) =>
    series.map(({ field, tags, points }) => ({ field, tags, times: points.map(([at]) => at) }))
  expect(shape(actual), about).toEqual(shape(expected))
  for (const [number, { points }] of expected.entries()) {
    for (const [at, [, value]] of points.entries()) {
      const other = actual[number]!.points[at]![1]
      const isClose =
        value === other ||
        Math.abs(Number(value) - Number(other)) <= 1e-9 * Math.max(1, Math.abs(Number(value)))
      if (!isClose) expect(other, about).toBe(value)
    }
  }
}

describe('the same numbers as the store gives', () => {
  test.for(WINDOW_AGGREGATES)('%s', async (aggregate) => {
    for (const query of sparsely(queriesOf(aggregate), aggregate === 'rate' ? 23 : 3)) {
      await expectSame(query)
    }
  })

  test('the samples themselves, of several fields', async () => {
    for (const where of WHERES) {
      await expectSame({
        measurement: 'cpu',
        fields: ['usage_idle', 'none'],
        projects: 'all',
        where,
        aggregate: 'raw',
        groupBy: [],
        stepMs: 1,
        fromMs: FROM_MS,
        toMs: TO_MS,
      })
    }
  })
})
