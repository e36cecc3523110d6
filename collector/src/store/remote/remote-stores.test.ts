import { openLog } from '@wardround/program'
import { makeShape } from '@wardround/protocol'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openState } from '../../state/state.ts'
import {
  exportSeries,
  hasVictoriaMetrics,
  startVictoriaMetrics,
  type VictoriaMetrics,
} from '../testing/peers/victoria-metrics.ts'
import { openEmbeddedStore } from '../embedded/open-embedded-store.ts'
import { LONG_RETENTION } from '../testing/long-retention.ts'
import { SampleJournal } from '../testing/sample-journal.ts'
import { victoriaMetricsTarget } from '../victoriametrics/victoriametrics-target.ts'
import type { RemoteStoreSettings } from './read-stores.ts'
import { RemoteStores } from './remote-stores.ts'

const log = openLog({ name: 'test', level: 'silent' })
const HOUR_MS = 3_600_000

/** Journal, state and embedded store of a collector, and the stores outside over them. */
async function openSite(settings: readonly RemoteStoreSettings[]) {
  const directory = await mkdtemp(join(tmpdir(), 'remote-stores-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const journalDirectory = join(directory, 'journal')
  await mkdir(journalDirectory)
  const stack = new AsyncDisposableStack()
  const state = stack.use(await openState({ directory }))
  const journal = stack.use(await SampleJournal.open(journalDirectory, { segmentBytes: 4_096 }))
  const embedded = stack.use(
    await openEmbeddedStore({
      directory: join(directory, 'store'),
      journalDirectory,
      retention: LONG_RETENTION,
      log,
    }),
  )
  const working = new Set<string>()
  // What is later than now by days is refused by stores.
  let nowMs = Date.now() - 52 * HOUR_MS
  const open = () =>
    RemoteStores.open({
      settings,
      directory: join(directory, 'stores'),
      journalDirectory,
      journal: journal.journal,
      state,
      embedded,
      log,
      nowMs: () => nowMs,
      onCovered: () => {},
      onWorking: ({ name }) => working.add(name),
      reserve: { fraction: 0, bytes: 0 },
      lookEveryMs: 50,
    })
  return {
    state,
    journal,
    embedded,
    working,
    open,
    /** The wall clock goes on. */
    pass: (ms: number) => {
      nowMs += ms
    },
    nowMs: () => nowMs,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

function victoria(name: string, url: string): RemoteStoreSettings {
  const kind = 'victoriametrics' as const
  const none = { password: undefined, token: undefined }
  const common = { name, url, gzip: false, deadline: '30s', kind }
  const budget = { ageMs: 48 * HOUR_MS, diskFraction: 0.2 }
  const settings = { ...common, budget: { age: '48h', diskFraction: 0.2 } }
  const parts = victoriaMetricsTarget(settings, none)
  if ('problem' in parts) throw new Error(parts.problem.en)
  const { path, backslash, settlesMs } = parts
  const written = { url, path, backslash, settlesMs }
  const target = { ...written, headers: {}, deadlineMs: 30_000, gzip: false, tls: {} }
  return { name, kind, budget, target }
}

const SERIES = { subject: 'db1', ...makeShape('cpu', {}, 'usage_user', 'gauge') }

test('what a store missed for longer than its budget is a gap, and is filled once it is back; another store misses nothing', async ({
  skip,
}) => {
  skip(!hasVictoriaMetrics(), 'victoria-metrics is not installed')
  await using up = await startVictoriaMetrics()
  await using down = await startVictoriaMetrics()
  await using site = await openSite([victoria('up', up.url), victoria('down', down.url)])
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
  await using site = await openSite([victoria('tsdb', server.url)])
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
