import { makeShape, SeriesTable } from '@wardround/protocol'
import { readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { toSettings } from './settings.ts'
import { EmbeddedStore } from '../store/embedded/embedded-store.ts'
import { DAY_MS } from '../store/embedded/time-spans.ts'
import { LONG_RETENTION } from '../store/testing/long-retention.ts'
import { CollectorHarness, configOf } from '../testing/collector-harness.ts'

/** A store with one sample of 90 days ago, merged and rolled up. */
function writeOldStore(directory: string): void {
  const series = new SeriesTable()
  const writtenMs = Date.now() - 90 * DAY_MS
  let nowMs = writtenMs
  const retention = { ...LONG_RETENTION, rawMs: 365 * DAY_MS }
  const store = new EmbeddedStore({ directory, series, retention, nowMs: () => nowMs })
  const number = series.intern({ subject: 'db1', ...makeShape('cpu', {}, 'usage', 'gauge') })
  const block = {
    subject: 'db1',
    timeMs: writtenMs,
    series: Uint32Array.of(number),
    values: Float64Array.of(1),
  }
  store.write(block, { segment: 1, offset: 64 }, writtenMs)
  nowMs += 2 * DAY_MS
  store.mergeAll()
  store.close()
}

test("collector.yaml's retention is what the store deletes by, of each kind of file", async () => {
  const directory = await mkdtemp(join(tmpdir(), 'wardround-retention-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const store = join(directory, 'store')
  writeOldStore(store)
  const kinds = () =>
    readdirSync(store)
      .map((name) => /^(5m-|1h-|)\d{4}-\d{2}.*\.db$/.exec(name)?.[1])
      .filter((kind) => kind !== undefined)
      .toSorted()
  expect(kinds()).toEqual(['', '1h-', '5m-'])
  {
    const yaml = 'retention: {raw: 100d, fiveMinutes: 20d, oneHour: 200d}'
    await using _ = await CollectorHarness.start({ directory, yaml })
    await expect.poll(kinds).toEqual(['', '1h-'])
  }
  const yaml = 'retention: {raw: 3d, fiveMinutes: 100d, oneHour: 20d}'
  await using _ = await CollectorHarness.start({ directory, yaml })
  await expect.poll(kinds).toEqual([])
})

test('what is not configured is kept for a month, 400 days and 5 years', () => {
  expect(toSettings(configOf('/nowhere').value).retention).toEqual({
    rawMs: 30 * DAY_MS,
    fiveMinutesMs: 400 * DAY_MS,
    oneHourMs: 1_826 * DAY_MS,
  })
})
