import { makeShape } from '@wardround/protocol'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { expect, onTestFinished, test } from 'vitest'
import { SampleJournal } from '../testing/sample-journal.ts'
import { LONG_RETENTION } from '../testing/long-retention.ts'
import { openEmbeddedStore } from './open-embedded-store.ts'

const ENTRY = new URL('./testing/dying-worker.ts', import.meta.url)

test('a record that the store dies of twice is passed over, set aside and counted; deaths are seen', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'store-deaths-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const journalDirectory = join(directory, 'journal')
  await using writer = await SampleJournal.open(journalDirectory)
  const series = { subject: 'h1', ...makeShape('cpu', {}, 'usage_user', 'gauge') }
  const fromMs = Math.floor(Date.now() / 60_000) * 60_000 - 600_000
  const write = (second: number, value: number) => {
    const timeMs = fromMs + second * 1_000
    return writer.append([{ series, timeMs, value }], timeMs)
  }
  const logged: string[] = []
  await using store = await openEmbeddedStore({
    directory: join(directory, 'store'),
    journalDirectory,
    retention: LONG_RETENTION,
    log: { error: (_: object, message: string) => void logged.push(message) },
    startWorker: (workerData) => new Worker(ENTRY, { workerData, execArgv: [] }),
  })
  expect(await store.status()).toMatchObject({ ok: true, restarts: 0, skippedRecords: 0 })
  await write(1, 1)
  const before = await write(2, 666)
  store.advance(before)
  await expect.poll(() => store.status().catch(String)).toContain('the fault of the test')
  store.advance(await write(3, 3))
  const read = async () => {
    const query = {
      measurement: 'cpu',
      fields: ['usage_user'],
      projects: 'all' as const,
      where: [],
      groupBy: [],
    }
    const span = { stepMs: 60_000, fromMs, toMs: fromMs + 600_000 }
    const { series: found } = await store.query({ ...query, ...span, aggregate: 'raw' })
    return found[0]?.points.map(([, value]) => value)
  }
  await expect.poll(() => read().catch(() => undefined)).toEqual([1, 3])
  expect(await store.status()).toMatchObject({ ok: true, restarts: 2, skippedRecords: 1 })
  expect(await readdir(join(directory, 'store', 'set-aside'))).toHaveLength(1)
  expect(logged).toEqual([
    'the store died; it is started again',
    'a record that the store died of twice is passed over',
  ])
})

test('a worker that dies before it answered fails the start: it is not started again', async () => {
  const logged: string[] = []
  const opening = openEmbeddedStore({
    directory: '/var/lib/store',
    journalDirectory: '/var/lib/journal',
    retention: LONG_RETENTION,
    log: { error: (_: object, message: string) => void logged.push(message) },
    startWorker: () =>
      new Worker("throw new Error('no such module')", { eval: true, execArgv: [] }),
  })
  await expect(opening).rejects.toMatchObject({
    code: 'STORE_NOT_OPENED',
    exitCode: 1,
    message: expect.stringContaining(
      "store in /var/lib/store can't be opened: no such module",
    ) as string,
  })
  expect(logged).toEqual([])
})
