import { type JournalRecord, openJournal, type Position } from '@wardround/journal'
import { openLog } from '@wardround/program'
import { makeShape, SeriesTable } from '@wardround/protocol'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type AcceptedBatch, WRITTEN_EPOCH } from '../accepted-batch.ts'
import { AgentRegistry } from './agent-registry.ts'
import { SegmentEncoders } from './journal-writer.ts'
import { replayJournal } from './replay.ts'

const log = openLog({ name: 'test', level: 'silent' })
const EPOCH = '00000000000000aa'

/** A journal with batches 1 to `count` of db1, and where each ends. */
async function writeJournal(count: number, epoch = EPOCH) {
  const directory = await mkdtemp(join(tmpdir(), 'wardround-replay-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const table = new SeriesTable()
  const series = table.intern({ subject: 'db1', ...makeShape('m', {}, 'f', 'gauge') })
  const encoders = new SegmentEncoders(table)
  const journal = await openJournal({
    directory,
    maxBytes: 1024 ** 2,
    maxAgeMs: Infinity,
    whenFull: 'refuse',
    reserve: { fraction: 0, bytes: 0 },
    segmentHead: (segment) => encoders.head(segment, []),
  })
  onTestFinished(() => journal[Symbol.asyncDispose]())
  const ends: Position[] = []
  for (let sequence = 1; sequence <= count; sequence++) {
    const block = {
      subject: 'db1',
      timeMs: sequence,
      series: Uint32Array.of(series),
      values: Float64Array.of(sequence),
    }
    const batch: AcceptedBatch = {
      agent: 'db1',
      id: { epoch, sequence },
      receivedAtMs: sequence,
      late: sequence % 2 === 0,
      clockErrorMs: 0,
      clockCorrected: false,
      batch: { blocks: [block], events: [], documents: [] },
    }
    const { end } = await journal.append((segment) =>
      encoders.of(segment).encode({ type: 'batch', ...batch }),
    )
    ends.push(end)
  }
  return { journal, ends }
}

test('what came by line protocol is given to consumers, and is no agent’s: nobody will send it again', async () => {
  const { journal } = await writeJournal(2, WRITTEN_EPOCH)
  const registry = new AgentRegistry()
  const taken: AcceptedBatch[] = []
  const consumer = { from: undefined, take: (batch: AcceptedBatch) => void taken.push(batch) }
  await replayJournal(journal, new SeriesTable(), registry, [consumer], log)
  expect(taken).toHaveLength(2)
  expect([...registry]).toEqual([])
})

test('a consumer gets what lies behind its cursor, in order; the held ranges count all', async () => {
  const { journal, ends } = await writeJournal(5)
  const registry = new AgentRegistry()
  const all: AcceptedBatch[] = []
  const rest: Position[] = []
  const consumers = [
    { from: undefined, take: (batch: AcceptedBatch) => void all.push(batch) },
    { from: ends[2], take: (_: AcceptedBatch, end: Position) => void rest.push(end) },
  ]
  const summary = await replayJournal(journal, new SeriesTable(), registry, consumers, log)
  expect(summary).toEqual({ records: 6, unreadable: 0 })
  expect(all.map(({ id, late }) => `${id.sequence} ${late}`)).toEqual([
    '1 false',
    '2 true',
    '3 false',
    '4 true',
    '5 false',
  ])
  expect(rest).toEqual(ends.slice(3))
  expect(registry.heldRanges()).toEqual([{ agent: 'db1', epoch: EPOCH, ranges: [[1, 5]] }])
})

test('a cursor that is ahead of the journal hides none of its records', async () => {
  const { journal, ends } = await writeJournal(3)
  const taken: Position[] = []
  const consumer = {
    from: { segment: 7, offset: 64 },
    take: (_: AcceptedBatch, end: Position) => void taken.push(end),
  }
  await replayJournal(journal, new SeriesTable(), new AgentRegistry(), [consumer], log)
  expect(taken).toEqual(ends)
})

test('a record that can not be read costs itself alone', async () => {
  const { journal } = await writeJournal(3)
  const damaged = {
    status: () => journal.status(),
    async *read(): AsyncGenerator<JournalRecord, void> {
      let number = 0
      for await (const record of journal.read('oldest')) {
        // The ranges are the first; the first batch must stay: it brings the definition.
        yield number++ === 2 ? { ...record, payload: Uint8Array.of(9, 9, 9) } : record
      }
    },
  }
  const registry = new AgentRegistry()
  const summary = await replayJournal(damaged, new SeriesTable(), registry, [], log)
  expect(summary).toEqual({ records: 4, unreadable: 1 })
  expect(registry.heldRanges()).toEqual([
    {
      agent: 'db1',
      epoch: EPOCH,
      ranges: [
        [1, 1],
        [3, 3],
      ],
    },
  ])
})
