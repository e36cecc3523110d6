import { makeShape, SeriesTable } from '@wardround/protocol'
import { QueryError } from '@wardround/query'
import type { Query } from '@wardround/query'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { EmbeddedStore } from './embedded-store.ts'
import { DEFAULT_BOUNDS } from './query-plan.ts'
import type { QueryBounds } from './query-plan.ts'
import { DAY_MS, HOUR_MS } from './time-spans.ts'

const NOW_MS = Date.UTC(2026, 5, 10, 12)
const RAW_DAYS = 3

/** A store that keeps raw data for three days, with a sample a minute over the last day. */
function openStore(bounds: Partial<QueryBounds> = {}): EmbeddedStore {
  const directory = mkdtempSync(join(tmpdir(), 'store-percentile-'))
  const series = new SeriesTable()
  const store = new EmbeddedStore({
    directory,
    series,
    retention: { rawMs: RAW_DAYS * DAY_MS, fiveMinutesMs: 400 * DAY_MS, oneHourMs: 400 * DAY_MS },
    bounds: { ...DEFAULT_BOUNDS, ...bounds },
    nowMs: () => NOW_MS,
  })
  onTestFinished(() => {
    store.close()
    rmSync(directory, { recursive: true })
  })
  const number = series.intern({ subject: 'db1', ...makeShape('cpu', {}, 'usage', 'gauge') })
  for (let minute = 0; minute < 1440; minute++) {
    const timeMs = NOW_MS - DAY_MS + minute * 60_000
    const values = Float64Array.of(minute % 60)
    const block = { subject: 'db1', timeMs, series: Uint32Array.of(number), values }
    store.write(block, { segment: 1, offset: minute }, timeMs)
  }
  store.mergeAll()
  return store
}

const query: Query = {
  measurement: 'cpu',
  fields: ['usage'],
  projects: 'all',
  where: [],
  aggregate: 'percentile',
  percentile: 95,
  groupBy: [],
  stepMs: HOUR_MS,
  fromMs: NOW_MS - DAY_MS,
  toMs: NOW_MS,
}

test('a percentile of hours comes from raw data, not from their rollups', () => {
  const steps = openStore().query(query)
  let step = steps.next()
  while (step.done !== true) step = steps.next()
  expect([...step.value[0]!.values]).toEqual(Array.from({ length: 24 }, () => 56))
})

test('beyond the life of raw data a percentile is refused, saying from when on there is one', () => {
  const store = openStore()
  const asked = { ...query, fromMs: NOW_MS - RAW_DAYS * DAY_MS - 1 }
  expect(() => [...store.query(asked)]).toThrow(QueryError)
  expect(() => [...store.query(asked)]).toThrow('begin at 2026-06-07T12:00:00.000Z')
  expect(() => [
    ...store.query({ ...asked, aggregate: 'max', percentile: undefined }),
  ]).not.toThrow()
  expect(() => [...store.query({ ...asked, fromMs: asked.fromMs + 1 })]).not.toThrow()
})

test('more samples than it keeps are refused', () => {
  const store = openStore({ percentileSamples: 1_000 })
  expect(() => [...store.query(query)]).toThrow('more than 1000 samples')
})
