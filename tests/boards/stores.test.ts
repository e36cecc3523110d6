import type { FilledIn } from '@wardround/dashboards'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  hasInfluxDb,
  startInfluxDb,
  type InfluxDb,
} from '../../collector/src/store/testing/peers/influxdb.ts'
import {
  hasVictoriaMetrics,
  startVictoriaMetrics,
  type VictoriaMetrics,
} from '../../collector/src/store/testing/peers/victoria-metrics.ts'
import { askedBy, BOARDS, nameOf, NOW_MS, SITUATIONS, textOf } from './asked.ts'
import { catalogueLines } from './catalogue-samples.ts'

/*
 * Every query of every panel of every board, filled in as Grafana fills it in, on the real stores with a month of every measurement of the catalogue: no
 * error, and no panel without data.
 */

describe.skipIf(!hasInfluxDb())('on a real InfluxDB', () => {
  let store: InfluxDb
  beforeAll(async () => {
    store = await startInfluxDb()
    for (const lines of catalogueLines(NOW_MS)) await store.write(lines)
  })
  afterAll(() => store[Symbol.asyncDispose]())

  const boards = BOARDS.filter(({ edition }) => edition.dialect === 'influxql')
  test.each(boards)('$board.uid', async (board) => {
    for (const variables of SITUATIONS) {
      for (const asked of askedBy(board, variables)) {
        const [result] = await store.query([asked.filled.statement])
        expect(result?.error, nameOf(asked)).toBeUndefined()
        const numbers = (result?.series ?? []).flatMap(({ values = [] }) =>
          values.filter((row) => row.slice(1).some((cell) => typeof cell === 'number')),
        )
        expect(numbers.length, `${nameOf(asked)}: ${asked.filled.statement}`).toBeGreaterThan(0)
      }
    }
  })

  test.each(boards)('$board.uid: there is something to choose', async ({ dashboard, board }) => {
    for (const { name, query } of dashboard.templating?.list ?? []) {
      if (name === 'ds' || (name === 'instance' && board.instanceTag === undefined)) continue
      const asked = textOf(query).replaceAll(/\$\{\w+:regex\}/g, '.*')
      const [result] = await store.query([asked])
      expect(result?.error, asked).toBeUndefined()
      expect(result?.series?.[0]?.values?.length, asked).toBeGreaterThan(0)
    }
  })
})

describe.skipIf(!hasVictoriaMetrics())('on a real VictoriaMetrics', () => {
  let store: VictoriaMetrics
  beforeAll(async () => {
    store = await startVictoriaMetrics()
    for (const lines of catalogueLines(NOW_MS)) await store.write(lines)
    await store.flush()
  })
  afterAll(() => store[Symbol.asyncDispose]())

  const boards = BOARDS.filter(({ edition }) => edition.dialect === 'promql')
  test.each(boards)('$board.uid', async (board) => {
    for (const variables of SITUATIONS) {
      for (const asked of askedBy(board, variables)) {
        const [answer] = await store.query([toRequest(asked.filled)])
        expect(answer?.status, `${nameOf(asked)}: ${JSON.stringify(answer)}`).toBe('success')
        const found = answer?.data?.result ?? []
        expect(found.length, `${nameOf(asked)}: ${asked.filled.statement}`).toBeGreaterThan(0)
      }
    }
  })

  test.each(boards)('$board.uid: there is something to choose', async ({ dashboard, board }) => {
    for (const { name, query } of dashboard.templating?.list ?? []) {
      if (name === 'ds' || (name === 'instance' && board.instanceTag === undefined)) continue
      const [, selector = '', label = ''] =
        /^label_values\((\{.*\}), (\w+)\)$/.exec(textOf(query)) ?? []
      const match = selector.replaceAll(/\$\w+/g, '.*')
      const parameters = new URLSearchParams({
        'match[]': match,
        start: String(NOW_MS / 1000 - 86_400),
      })
      const response = await fetch(
        `${store.url}/api/v1/label/${label}/values?${parameters.toString()}`,
      )
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Prometheus's API
      const { data } = (await response.json()) as { data: string[] }
      expect(data.length, textOf(query)).toBeGreaterThan(0)
    }
  })
})

function toRequest({ statement, fromMs, toMs, stepMs, isInstant }: FilledIn) {
  if (isInstant)
    return {
      path: '/api/v1/query',
      parameters: { query: statement, time: String(toMs / 1000) },
    } as const
  const parameters = {
    query: statement,
    start: String(fromMs / 1000),
    end: String(toMs / 1000),
    step: String(stepMs / 1000),
  }
  return { path: '/api/v1/query_range', parameters } as const
}
