import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { QueryServer } from '../../collector/src/influxql/testing/query-server.ts'
import { difference } from '../../collector/src/influxql/testing/same-answer.ts'
import {
  hasInfluxDb,
  startInfluxDb,
  type InfluxDb,
} from '../../collector/src/store/testing/peers/influxdb.ts'
import { askedBy, BOARDS, nameOf, NOW_MS, SITUATIONS, textOf } from './asked.ts'
import { catalogueLines } from './catalogue-samples.ts'

/*
 * On a site without a database Grafana reads the collector: every query of every board for InfluxQL is answered by `/query` over the embedded store, and where
 * influxdb is installed with the same answer as there.
 */

const boards = BOARDS.filter(({ edition }) => edition.dialect === 'influxql')

let server: QueryServer
let influx: InfluxDb | undefined

beforeAll(async () => {
  server = await QueryServer.start(NOW_MS)
  if (hasInfluxDb()) influx = await startInfluxDb()
  server.writeLines(catalogueLines(NOW_MS))
  for (const lines of catalogueLines(NOW_MS)) await influx?.write(lines)
}, 120_000)
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await influx?.[Symbol.asyncDispose]()
})

async function ask(url: string, statement: string): Promise<string> {
  const body = new URLSearchParams({ q: statement })
  const response = await fetch(`${url}/query?db=wardround&epoch=ms`, { method: 'POST', body })
  return await response.text()
}

async function expectAnswer(statement: string, name: string): Promise<void> {
  const ours = await ask(server.url, statement)
  const about = `${name}: ${statement}`
  expect(ours, about).not.toContain('"error":')
  expect(ours, about).toContain('"values":[[')
  if (influx === undefined) return
  expect(difference(await ask(influx.url, statement), ours), about).toBeUndefined()
}

describe('boards on the embedded store', () => {
  test.each(boards)('$board.uid', async (board) => {
    for (const variables of SITUATIONS) {
      for (const asked of askedBy(board, variables)) {
        await expectAnswer(asked.filled.statement, nameOf(asked))
      }
    }
  })

  test.each(boards)('$board.uid: there is something to choose', async ({ dashboard, board }) => {
    for (const { name, query } of dashboard.templating?.list ?? []) {
      if (name === 'ds' || (name === 'instance' && board.instanceTag === undefined)) continue
      await expectAnswer(textOf(query).replaceAll(/\$\{\w+:regex\}/g, '.*'), name)
    }
  })
})
