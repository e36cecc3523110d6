import { makeShape } from '@wardround/protocol'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Position } from '@wardround/journal'
import { describe, expect, onTestFinished, test } from 'vitest'
import { hasInfluxDb, startInfluxDb } from '../testing/peers/influxdb.ts'
import {
  exportSeries,
  hasVictoriaMetrics,
  startVictoriaMetrics,
} from '../testing/peers/victoria-metrics.ts'
import { influxDbTarget } from '../influxdb/influxdb-target.ts'
import { type Sample, SampleJournal } from '../testing/sample-journal.ts'
import { victoriaMetricsTarget } from '../victoriametrics/victoriametrics-target.ts'
import { RemoteStore } from './open-remote-store.ts'
import type { RemoteStoreSettings } from './read-stores.ts'

const NO_SECRETS = { password: undefined, token: undefined }
const FROM_MS = 1_700_000_000_000
const HOSTILE = 'C:\\,a=b "c"\\'

function settingsOf(kind: RemoteStoreSettings['kind'], url: string): RemoteStoreSettings {
  const common = {
    name: 'tsdb',
    url,
    gzip: false,
    deadline: '30s',
    budget: { age: '48h', diskFraction: 0.2 },
  }
  const parts =
    kind === 'influxdb'
      ? influxDbTarget({ ...common, kind, database: 'wardround' }, NO_SECRETS)
      : victoriaMetricsTarget({ ...common, kind }, NO_SECRETS)
  if ('problem' in parts) throw new Error(parts.problem.en)
  const { path, backslash, settlesMs } = parts
  const written = { url, path, backslash, settlesMs }
  const target = { ...written, headers: {}, deadlineMs: 30_000, gzip: false, tls: {} }
  return { name: 'tsdb', kind, target, budget: { ageMs: 1e9, diskFraction: 0.2 } }
}

async function aDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'remote-store-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

function sample(
  host: string,
  tags: Record<string, string>,
  field: string,
  at: number,
  value: number,
): Sample {
  const series = { subject: host, ...makeShape('disk', tags, field, 'gauge') }
  return { series, timeMs: FROM_MS + at * 10_000, value }
}

/** A store outside that reads the journal of a directory; `covered` is where it has come. */
function openStore(
  directory: string,
  settings: RemoteStoreSettings,
  from: Position | undefined,
): { readonly store: RemoteStore; readonly covered: () => Position | undefined } & AsyncDisposable {
  let covered = from
  const store = new RemoteStore({
    settings,
    directory: join(directory, 'tsdb'),
    journalDirectory: join(directory, 'journal'),
    from,
    log: { error: (details, message) => expect.fail(`${message} ${JSON.stringify(details)}`) },
    onCovered: (position) => {
      covered = position
    },
  })
  return {
    store,
    covered: () => covered,
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
}

/** Every sample of three hosts, with a hostile tag among them. */
function samplesAt(step: number): Sample[] {
  return ['db1', 'db2', HOSTILE].flatMap((host, index) => [
    sample(host, { path: HOSTILE }, 'used_percent', step, step + index / 8),
    sample(host, { path: '/' }, 'free', step, 2 ** 40 + step),
  ])
}

describe('InfluxDB', () => {
  test('every sample arrives, also after it was down, and once', async ({ skip }) => {
    skip(!hasInfluxDb(), 'influxdb is not installed')
    const directory = await aDirectory()
    await using server = await startInfluxDb()
    await using journal = await SampleJournal.open(join(directory, 'journal'))
    const settings = settingsOf('influxdb', server.url)
    let end = await journal.append(samplesAt(0), FROM_MS)
    {
      await using first = openStore(directory, settings, undefined)
      first.store.advance(end)
      await expect.poll(first.covered).toEqual(end)
      await server.stop()
      for (let step = 1; step <= 20; step++) end = await journal.append(samplesAt(step), FROM_MS)
      first.store.advance(end)
      await expect.poll(async () => (await first.store.status()).failure?.kind).toBe('later')
    }
    // From the beginning again: what it has already is written over.
    await using second = openStore(directory, settings, undefined)
    second.store.advance(end)
    await server.start()
    await expect.poll(second.covered).toEqual(end)
    const results = await server.query([
      'SELECT count(used_percent), sum(used_percent), count(free) FROM disk GROUP BY host',
    ])
    const sums = Object.fromEntries(
      (results[0]?.series ?? []).map(({ tags, values }) => [tags?.['host'], values?.[0]?.slice(1)]),
    )
    expect(sums).toEqual({
      db1: [21, 210, 21],
      db2: [21, 210 + 21 / 8, 21],
      // Line protocol can't say a backslash at the end.
      [HOSTILE.slice(0, -1)]: [21, 210 + 21 / 4, 21],
    })
  })

  test('a field of another type is set aside with the words of the server; everything else is stored', async ({
    skip,
  }) => {
    skip(!hasInfluxDb(), 'influxdb is not installed')
    const directory = await aDirectory()
    await using server = await startInfluxDb()
    const answer = await fetch(`${server.url}/write?db=wardround&precision=ms`, {
      method: 'POST',
      body: `disk,host=db9 free=1i ${FROM_MS}`,
    })
    expect(answer.status).toBe(204)
    await using journal = await SampleJournal.open(join(directory, 'journal'))
    await using opened = openStore(directory, settingsOf('influxdb', server.url), undefined)
    let end: Position | undefined
    for (let step = 0; step < 10; step++) {
      end = await journal.append(samplesAt(step), FROM_MS)
      opened.store.advance(end)
      await expect.poll(opened.covered).toEqual(end)
    }
    const results = await server.query(['SELECT count(used_percent) FROM disk'])
    expect(results[0]?.series?.[0]?.values?.[0]?.[1]).toBe(30)
    const { deadLetters, failure } = await opened.store.status()
    expect([deadLetters, failure]).toEqual([30, undefined])
    const letters = await readFile(join(directory, 'tsdb', 'dead-letters.jsonl'), 'utf8')
    expect(letters.trim().split('\n')).toHaveLength(30)
    expect(letters).toContain('field type conflict')
  })

  test('a database that is missing is a refusal: nothing is set aside, all of it arrives once there is one', async ({
    skip,
  }) => {
    skip(!hasInfluxDb(), 'influxdb is not installed')
    const directory = await aDirectory()
    await using server = await startInfluxDb()
    await server.query(['DROP DATABASE wardround'])
    await using journal = await SampleJournal.open(join(directory, 'journal'))
    const settings = settingsOf('influxdb', server.url)
    const end = await journal.append(samplesAt(0), FROM_MS)
    {
      await using opened = openStore(directory, settings, undefined)
      opened.store.advance(end)
      await expect
        .poll(async () => (await opened.store.status()).failure)
        .toEqual({ kind: 'refused', reason: expect.stringContaining('database not found') })
    }
    await server.query(['CREATE DATABASE wardround'])
    await using opened = openStore(directory, settings, undefined)
    opened.store.advance(end)
    await expect.poll(opened.covered).toEqual(end)
    expect((await opened.store.status()).deadLetters).toBe(0)
  })
})

describe('VictoriaMetrics', () => {
  test('every sample arrives with its tags', async ({ skip }) => {
    skip(!hasVictoriaMetrics(), 'victoria-metrics is not installed')
    const directory = await aDirectory()
    await using server = await startVictoriaMetrics()
    await using journal = await SampleJournal.open(join(directory, 'journal'))
    await using opened = openStore(directory, settingsOf('victoriametrics', server.url), undefined)
    let end: Position | undefined
    for (let step = 0; step < 5; step++) end = await journal.append(samplesAt(step), FROM_MS)
    opened.store.advance(end!)
    await expect.poll(async () => (await opened.store.status()).sent).toEqual(end)
    const found = async () =>
      (await exportSeries(server, 'disk_used_percent'))
        .map(({ metric, values }) => [metric['host'], metric['path'], values])
        .toSorted((a, b) => (String(a) < String(b) ? -1 : 1))
    await expect.poll(found).toEqual([
      [HOSTILE, HOSTILE, [0.25, 1.25, 2.25, 3.25, 4.25]],
      ['db1', HOSTILE, [0, 1, 2, 3, 4]],
      ['db2', HOSTILE, [0.125, 1.125, 2.125, 3.125, 4.125]],
    ])
  })
})

test('what VictoriaMetrics took and lost by its death is sent again', async ({ skip }) => {
  skip(!hasVictoriaMetrics(), 'victoria-metrics is not installed')
  const directory = await aDirectory()
  await using server = await startVictoriaMetrics({ deduplicates: true })
  await using journal = await SampleJournal.open(join(directory, 'journal'))
  await using opened = openStore(directory, settingsOf('victoriametrics', server.url), undefined)
  let end = await journal.append(samplesAt(0), FROM_MS)
  opened.store.advance(end)
  await expect.poll(async () => (await opened.store.status()).sent).toEqual(end)
  // In its memory by now, and not on its disk.
  expect(opened.covered()).toBeUndefined()
  await server.stop()
  end = await journal.append(samplesAt(1), FROM_MS)
  opened.store.advance(end)
  await expect.poll(async () => (await opened.store.status()).failure?.kind).toBe('later')
  await server.start()
  const found = async () =>
    (await exportSeries(server, 'disk_used_percent{host="db1"}')).map(({ values }) => values)
  await expect.poll(found, { timeout: 20_000 }).toEqual([[0, 1]])
})

test('what was given up is passed over, and its times are told', async () => {
  const directory = await aDirectory()
  await using journal = await SampleJournal.open(join(directory, 'journal'))
  // Nobody listens there.
  await using opened = openStore(directory, settingsOf('influxdb', 'http://127.0.0.1:9'), undefined)
  let end: Position | undefined
  for (let step = 0; step < 10; step++) {
    end = await journal.append(samplesAt(step), FROM_MS + step * 10_000)
  }
  opened.store.advance(end!)
  await expect.poll(async () => (await opened.store.status()).failure?.kind).toBe('later')
  const givenUp = await opened.store.weigh({ segment: 0, offset: 0 }, FROM_MS + 40_000)
  expect(givenUp).toMatchObject({
    samples: 4 * 6,
    times: { firstMs: FROM_MS, lastMs: FROM_MS + 30_000 },
  })
  // Nothing is given up by being weighed.
  await expect.poll(async () => (await opened.store.status()).waitingSinceMs).toBe(FROM_MS)
  await opened.store.passOver(givenUp!.end)
  await expect.poll(async () => (await opened.store.status()).waitingSinceMs).toBe(FROM_MS + 40_000)
})
