import { makeShape } from '@wardround/protocol'
import { expect, test } from 'vitest'
import {
  exportSeries,
  hasVictoriaMetrics,
  startVictoriaMetrics,
  type VictoriaMetrics,
} from '../testing/peers/victoria-metrics.ts'
import { settingsOf } from '../testing/remote-settings.ts'
import { HOUR_MS, openRemoteSite } from '../testing/remote-site.ts'

const victoria = (name: string, url: string) => settingsOf('victoriametrics', name, url)

const SERIES = { subject: 'db1', ...makeShape('cpu', {}, 'usage_user', 'gauge') }

test('what a store missed for longer than its budget is a gap, and is filled once it is back; another store misses nothing', async ({
  skip,
}) => {
  skip(!hasVictoriaMetrics(), 'victoria-metrics is not installed')
  await using up = await startVictoriaMetrics()
  await using down = await startVictoriaMetrics()
  await using site = await openRemoteSite([victoria('up', up.url), victoria('down', down.url)])
  await down.stop()
  await using stores = await site.open()
  const statusOf = async (name: string) =>
    (await stores.status()).find((status) => status.name === name)!
  const append = async (value: number) => {
    const timeMs = site.nowMs()
    const end = await site.journal.append([{ series: SERIES, timeMs, value }], timeMs)
    site.embedded.advance(end)
    stores.advance(end)
  }
  for (let value = 0; value < 40; value++) {
    await append(value)
    site.pass(60_000)
  }
  await expect.poll(async () => (await statusOf('down')).failure?.kind).toBe('later')
  await expect.poll(async () => (await statusOf('up')).samplesSent).toBe(40)
  expect(site.working).toEqual(new Set(['up']))

  site.pass(49 * HOUR_MS)
  await append(40)
  await expect
    .poll(async () => (await statusOf('down')).gaps.map(({ samples }) => samples))
    .toEqual([40])

  await down.start()
  const values = async (server: VictoriaMetrics) =>
    (await exportSeries(server, 'cpu_usage_user')).flatMap((series) => series.values)
  const all = Array.from({ length: 41 }, (_, value) => value)
  await expect.poll(() => values(down)).toEqual(all)
  expect(await values(up)).toEqual(all)
  await expect.poll(async () => (await statusOf('down')).gaps).toEqual([])
  expect(site.working).toEqual(new Set(['up', 'down']))
})

test('each goes on after a restart where it was', async ({ skip }) => {
  skip(!hasVictoriaMetrics(), 'victoria-metrics is not installed')
  await using server = await startVictoriaMetrics()
  await using site = await openRemoteSite([victoria('tsdb', server.url)])
  const append = (value: number) =>
    site.journal.append([{ series: SERIES, timeMs: site.nowMs() + value, value }], site.nowMs())
  {
    await using stores = await site.open()
    stores.advance(await append(1))
    await expect.poll(async () => (await stores.status())[0]?.samplesSent).toBe(1)
  }
  const end = await append(2)
  await using again = await site.open()
  again.advance(end)
  await expect.poll(async () => (await again.status())[0]?.lagBytes).toBe(0)
  expect((await again.status())[0]).toMatchObject({ ok: true, samplesSent: 1 })
})
