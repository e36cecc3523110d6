import { makeShape } from '@wardround/protocol'
import { compileInfluxQl, compilePromql, type Query, toQueryResult } from '@wardround/query'
import { expect, test } from 'vitest'
import { hasInfluxDb, startInfluxDb } from '../testing/peers/influxdb.ts'
import { hasVictoriaMetrics, startVictoriaMetrics } from '../testing/peers/victoria-metrics.ts'
import { settingsOf } from '../testing/remote-settings.ts'
import { HOUR_MS, openRemoteSite } from '../testing/remote-site.ts'
import type { Sample } from '../testing/sample-journal.ts'
import { Backfills } from './backfills.ts'
import { consumerOf, type RemoteStores } from './remote-stores.ts'

const MINUTE_MS = 60_000

type Site = Awaited<ReturnType<typeof openRemoteSite>>

/** Three hours of a gauge and a counter that is reset, of two hosts. */
async function fillSite(site: Site): Promise<{ fromMs: number; toMs: number }> {
  const fromMs = Math.floor(site.nowMs() / HOUR_MS) * HOUR_MS
  for (let minute = 0; minute < 180; minute++) {
    const timeMs = fromMs + minute * MINUTE_MS
    const of = (host: string, field: string, kind: 'gauge' | 'counter', value: number): Sample => ({
      series: { subject: host, ...makeShape('net', { interface: 'e 0' }, field, kind) },
      timeMs,
      value,
    })
    const samples = ['db1', 'db2'].flatMap((host, at) => [
      of(host, 'level', 'gauge', Math.sin(minute + at) * 100),
      of(host, 'bytes_recv', 'counter', (minute % 70) * 1_000 + at),
    ])
    site.embedded.advance(await site.journal.append(samples, timeMs))
  }
  site.pass(4 * HOUR_MS)
  return { fromMs, toMs: fromMs + 3 * HOUR_MS }
}

function backfillsOf(site: Site, stores: RemoteStores, names: readonly string[]): Backfills {
  return new Backfills({
    gaps: site.state.storeGaps,
    stores: names,
    statuses: () => stores.status(),
    rawSinceMs: () => site.nowMs() - 30 * 24 * HOUR_MS,
    nowMs: site.nowMs,
  })
}

function questionsOf(span: { fromMs: number; toMs: number }): Query[] {
  const common = { measurement: 'net', projects: 'all', where: [], ...span } as const
  return [
    { ...common, fields: ['level'], aggregate: 'mean', groupBy: ['host'], stepMs: 5 * MINUTE_MS },
    { ...common, fields: ['level'], aggregate: 'count', groupBy: [], stepMs: HOUR_MS },
    { ...common, fields: ['bytes_recv'], aggregate: 'rate', groupBy: ['host'], stepMs: MINUTE_MS },
  ]
}

/** Numbers to the digits that every store keeps. */
function toDigits(result: ReturnType<typeof toQueryResult>) {
  return result.series.map(({ tags, points }) => ({
    tags,
    points: points.map(([timeMs, value]) => [timeMs, value === null ? null : value.toFixed(6)]),
  }))
}

test('what was there before a store is copied into it: every question has the same answer; the same again changes nothing', async ({
  skip,
}) => {
  skip(!hasInfluxDb(), 'influxdb is not installed')
  skip(!hasVictoriaMetrics(), 'victoria-metrics is not installed')
  await using influx = await startInfluxDb()
  await using victoria = await startVictoriaMetrics({ deduplicates: true })
  const settings = [
    settingsOf('influxdb', 'influx', influx.url),
    settingsOf('victoriametrics', 'victoria', victoria.url),
  ]
  await using site = await openRemoteSite(settings)
  const span = await fillSite(site)
  const names = settings.map(({ name }) => name)
  // The journal has let go of it long since.
  const { durable } = site.journal.journal.status()
  for (const store of settings) await site.state.cursors.save(consumerOf(store), durable)

  for (let run = 1; run <= 2; run++) {
    await using stores = await site.open()
    const backfills = backfillsOf(site, stores, names)
    for (const store of names) {
      const { id, copied } = await backfills.start({ store, ...span })
      expect(copied).toBe(0)
      const left = async () => {
        const progress = await backfills.progress(id)
        return progress && progress.toMs - progress.filledToMs
      }
      await expect.poll(left, { timeout: 30_000 }).toBe(0)
      expect(await backfills.progress(id)).toMatchObject({ copied: 4 * 180, waits: undefined })
    }
    await victoria.flush()
    for (const query of questionsOf(span)) {
      const own = toDigits(await site.embedded.query(query))
      expect(own.length).toBeGreaterThan(0)
      const ql = compileInfluxQl(query)
      const about = `run ${run}: ${query.aggregate}`
      expect(toDigits(toQueryResult(ql.read(await influx.query(ql.statements)))), about).toEqual(
        own,
      )
      const prom = compilePromql(query, { dialect: 'metricsql' })
      const theirs = prom.read(await victoria.query(prom.requests))
      expect(toDigits(toQueryResult(theirs)), about).toEqual(own)
    }
  }
})

test('one that was cut off goes on where it was; another is refused while it is unfinished', async ({
  skip,
}) => {
  skip(!hasVictoriaMetrics(), 'victoria-metrics is not installed')
  await using server = await startVictoriaMetrics()
  await using site = await openRemoteSite([settingsOf('victoriametrics', 'vm', server.url)])
  const { fromMs, toMs } = await fillSite(site)
  let id: number
  await server.stop()
  {
    await using stores = await site.open()
    const backfills = backfillsOf(site, stores, ['vm'])
    id = (await backfills.start({ store: 'vm', fromMs, toMs })).id
    const waits = async () => (await backfills.progress(id))?.waits
    await expect.poll(waits).toContain('ECONN')
  }
  await server.start()
  await using stores = await site.open()
  const backfills = backfillsOf(site, stores, ['vm'])
  // Asked for again, or for whatever is unfinished: it is the same.
  const unsaid = { store: 'vm', fromMs: undefined, toMs: undefined }
  expect((await backfills.start({ store: 'vm', fromMs, toMs })).id).toBe(id)
  await expect(backfills.start({ store: 'vm', fromMs: fromMs + 1, toMs })).rejects.toThrow(
    'is unfinished',
  )
  const left = async () => {
    const progress = await backfills.progress(id)
    return progress && progress.toMs - progress.filledToMs
  }
  await expect.poll(left, { timeout: 30_000 }).toBe(0)
  await expect(backfills.start(unsaid)).rejects.toThrow('say from when')
})

test('what can not be copied is refused', async () => {
  await using site = await openRemoteSite([])
  await using stores = await site.open()
  const backfills = backfillsOf(site, stores, ['vm'])
  const toMs = site.nowMs()
  await expect(backfills.start({ store: 'wm', fromMs: 0, toMs })).rejects.toThrow(
    'there is no store "wm"; the running configuration has: vm',
  )
  await expect(backfills.start({ store: 'vm', fromMs: 0, toMs })).rejects.toThrow(
    /keeps raw samples from .* on; of earlier times it has rollups/,
  )
  const { id } = await backfills.start({ store: 'vm', fromMs: toMs - HOUR_MS, toMs })
  await backfills.stop('vm')
  expect(await backfills.progress(id)).toBeUndefined()
})
