import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { allSamples, TO_MS } from '../store/testing/differential-samples.ts'
import { hasInfluxDb, startInfluxDb } from '../store/testing/peers/influxdb.ts'
import type { InfluxDb } from '../store/testing/peers/influxdb.ts'
import { toLines } from '../store/testing/peers/to-lines.ts'
import { QueryServer } from './testing/query-server.ts'
import { randomStatements } from './testing/random-statements.ts'
import { difference } from './testing/same-answer.ts'
import { FORMS, GRAFANA, MISTAKES, SELECTS, SHOWS } from './testing/statements.ts'

/*
 * The same statements to a real InfluxDB and to `/query` over the same samples: status and JSON must be the same. What may differ is in docs/influxdb-api.md.
 */

const DAY_MS = 86_400_000
const isFull = process.env['WARDROUND_DIFFERENTIAL'] === 'full'

let server: QueryServer
let influx: InfluxDb

async function ask(url: string, q: string, form: string): Promise<readonly [number, string]> {
  const body = new URLSearchParams({ q })
  const response = await fetch(`${url}/query?db=wardround&${form}`, { method: 'POST', body })
  return [response.status, await response.text()]
}

async function expectAlike(q: string, form = 'epoch=ms'): Promise<void> {
  const [theirs, ours] = await Promise.all([ask(influx.url, q, form), ask(server.url, q, form)])
  expect(ours[0], q).toBe(theirs[0])
  expect(
    difference(theirs[1], ours[1]),
    `${q}\nInfluxDB: ${theirs[1].slice(0, 500)}`,
  ).toBeUndefined()
}

describe.skipIf(!hasInfluxDb())(
  'as InfluxDB answers (skipped where influxdb is not installed)',
  () => {
    beforeAll(async () => {
      const samples = allSamples()
      influx = await startInfluxDb()
      for (let at = 0; at < samples.length; at += 20_000) {
        await influx.write(toLines(samples.slice(at, at + 20_000)))
      }
      server = await QueryServer.start(TO_MS + 3 * DAY_MS)
      server.store.write(samples)
    })
    afterAll(async () => {
      expect(server.failures).toEqual([])
      await server[Symbol.asyncDispose]()
      await influx[Symbol.asyncDispose]()
    })

    test('SELECT', async () => {
      for (const q of SELECTS) await expectAlike(q)
    })

    test('SHOW and CREATE DATABASE', async () => {
      for (const q of SHOWS) await expectAlike(q)
    })

    test("mistakes, in InfluxDB's words and at its place", async () => {
      for (const q of MISTAKES) await expectAlike(q)
    })

    test('units of time, RFC 3339, zones, pieces', async () => {
      for (const [q, form] of FORMS) await expectAlike(q, form)
    })

    test("what Grafana's data source sends", async () => {
      for (const q of GRAFANA) await expectAlike(q)
    })

    test(
      'statements put together by chance',
      async () => {
        const seed = isFull ? Date.now() % 100_000 : 20_261
        for (const q of randomStatements(isFull ? 3_000 : 150, seed)) await expectAlike(q)
      },
      isFull ? 600_000 : 60_000,
    )
  },
)
