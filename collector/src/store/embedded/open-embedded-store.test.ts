import { openJournal } from '@wardround/journal'
import type { Position } from '@wardround/journal'
import { openLog } from '@wardround/program'
import { makeShape, SegmentEncoder, SeriesTable } from '@wardround/protocol'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { LONG_RETENTION } from '../testing/long-retention.ts'
import { SampleJournal } from '../testing/sample-journal.ts'
import type { Store } from '../store.ts'
import { openEmbeddedStore } from './open-embedded-store.ts'

const log = openLog({ name: 'test', level: 'silent' })
let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'store-worker-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

describe('the embedded store in its worker', () => {
  test('reads all of a journal that its own cursor is ahead of, says so, and goes on from there', async () => {
    const journalDirectory = join(directory, 'journal')
    const options = {
      directory: join(directory, 'store'),
      journalDirectory,
      retention: LONG_RETENTION,
      log,
    }
    const series = { subject: 'h1', ...makeShape('cpu', {}, 'usage_user', 'gauge') }
    const fromMs = Math.floor(Date.now() / 60_000) * 60_000 - 600_000
    const query = {
      measurement: 'cpu',
      fields: ['usage_user'],
      projects: 'all',
      where: [],
      aggregate: 'raw',
      groupBy: [],
      stepMs: 60_000,
      fromMs,
      toMs: fromMs + 600_000,
    } as const
    const points = async (store: Store) => (await store.query(query)).series[0]?.points
    const inJournal = async (afterSegment: number, seconds: number) => {
      await using writer = await SampleJournal.open(journalDirectory, { afterSegment })
      const timeMs = fromMs + seconds * 1_000
      return writer.append([{ series, timeMs, value: seconds }], timeMs)
    }
    const newer = await inJournal(6, 1)
    {
      await using store = await openEmbeddedStore(options)
      store.advance(newer)
      await expect.poll(() => points(store)).toHaveLength(1)
    }
    await rm(journalDirectory, { recursive: true })
    const older = await inJournal(0, 2)
    const told: Position[] = []
    {
      await using store = await openEmbeddedStore(options)
      store.onCovered((position) => told.push(position))
      store.advance(older)
      await expect.poll(() => points(store)).toHaveLength(2)
      expect((await store.status()).reason).toContain('covered the journal up to 7:')
    }
    expect(told.filter(({ segment }) => segment > older.segment)).toEqual([])
    expect(told.at(-1)).toEqual(older)
    const later = await inJournal(0, 3)
    await using store = await openEmbeddedStore(options)
    store.advance(later)
    await expect.poll(() => points(store)).toHaveLength(3)
    expect((await store.status()).reason).toBeUndefined()
  })

  test('a query sees what was durable when it was asked', async () => {
    const journalDirectory = join(directory, 'journal')
    await using writer = await SampleJournal.open(journalDirectory)
    await using store = await openEmbeddedStore({
      directory: join(directory, 'store'),
      journalDirectory,
      retention: LONG_RETENTION,
      log,
    })
    const series = { subject: 'h1', ...makeShape('cpu', {}, 'usage_user', 'gauge') }
    const fromMs = Math.floor(Date.now() / 60_000) * 60_000 - 600_000
    const toMs = fromMs + 600_000
    const raw = { aggregate: 'raw', where: [], groupBy: [], stepMs: 60_000, fromMs, toMs } as const
    for (let count = 1; count <= 30; count++) {
      const timeMs = fromMs + count * 1_000
      store.advance(await writer.append([{ series, timeMs, value: count }], timeMs))
      const answer = await store.query({
        ...raw,
        measurement: 'cpu',
        fields: ['usage_user'],
        projects: 'all',
      })
      expect(answer.series[0]?.points).toHaveLength(count)
    }
  })

  test('answers from what the journal holds, and again after a restart', async () => {
    const table = new SeriesTable()
    const journalDirectory = join(directory, 'journal')
    await using journal = await openJournal({
      directory: journalDirectory,
      maxBytes: 1e8,
      maxAgeMs: Infinity,
      whenFull: 'refuse',
    })
    const encoders = new WeakMap<object, SegmentEncoder>()
    const shape = table.internShape(makeShape('cpu', { cpu: 'cpu-total' }, 'usage_user', 'gauge'))
    const series = Uint32Array.of(table.internPair(table.internSubject('h1'), shape))
    const now = Math.floor(Date.now() / 60_000) * 60_000
    let durable: Position = { segment: 0, offset: 0 }
    for (let i = 0; i < 40; i++) {
      const record = await journal.append((segment) => {
        const encoder = encoders.get(segment) ?? new SegmentEncoder(table)
        encoders.set(segment, encoder)
        return encoder.encode({
          type: 'batch',
          agent: 'h1',
          id: { epoch: '0123456789abcdef', sequence: i + 1 },
          receivedAtMs: now,
          late: false,
          clockErrorMs: 0,
          clockCorrected: false,
          batch: {
            blocks: [
              {
                subject: 'h1',
                timeMs: now - 400_000 + i * 10_000,
                series,
                values: Float64Array.of(i),
              },
            ],
            events: [],
            documents: [],
          },
        })
      })
      durable = record.end
    }
    const query = {
      measurement: 'cpu',
      fields: ['usage_user'],
      projects: 'all',
      where: [],
      aggregate: 'count',
      groupBy: ['host'],
      stepMs: 60_000,
      fromMs: now - 3_600_000,
      toMs: now + 60_000,
    } as const
    const total = (answer: {
      series: readonly { points: readonly (readonly [number, number | null])[] }[]
    }) => answer.series.flatMap((s) => s.points).reduce((sum, [, value]) => sum + Number(value), 0)
    for (let round = 0; round < 2; round++) {
      await using store = await openEmbeddedStore({
        directory: join(directory, 'store'),
        journalDirectory,
        retention: LONG_RETENTION,
        log,
      })
      store.advance(durable)
      await expect.poll(async () => total(await store.query(query))).toBe(40)
      expect((await store.query(query)).series[0]!.tags).toEqual({ host: 'h1' })
      expect(await store.series({ projects: 'all' })).toEqual({
        measurements: [
          {
            measurement: 'cpu',
            fields: ['usage_user'],
            tags: { host: ['h1'], cpu: ['cpu-total'] },
          },
        ],
      })
      await expect(store.query({ ...query, stepMs: 0 })).rejects.toThrow(/step/)
    }
  })
})
