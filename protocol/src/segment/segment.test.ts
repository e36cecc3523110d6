import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Batch, SampleBlock } from '../batch.ts'
import { DEFINITION_REPEAT_BYTES } from '../limits.ts'
import { SeriesTable } from '../series-table.ts'
import { makeShape } from '../shape.ts'
import { SegmentDecoder } from './segment-decoder.ts'
import { SegmentEncoder } from './segment-encoder.ts'
import type { StoredBatch, StoredRanges } from './stored-record.ts'

const epoch = '00ff10aa5b7c9d3e'
const SHAPES = Array.from({ length: 100 }, (_, i) =>
  makeShape('cpu', { cpu: `cpu${Math.floor(i / 10)}` }, `usage_${i % 10}`, 'gauge'),
)

function seriesOf(table: SeriesTable, subject: string, count = SHAPES.length): Uint32Array {
  return Uint32Array.from({ length: count }, (_, i) => table.intern({ subject, ...SHAPES[i]! }))
}

function block(table: SeriesTable, subject: string, seed: number, count?: number): SampleBlock {
  const series = seriesOf(table, subject, count)
  return {
    subject,
    timeMs: 1_000 + seed,
    series,
    values: Float64Array.from(series, (_, i) => seed + i / 3),
  }
}

function stored(sequence: number, ...blocks: SampleBlock[]): StoredBatch {
  return {
    type: 'batch',
    agent: 'db-1',
    id: { epoch, sequence },
    receivedAtMs: 1_767_571_200_000 + sequence,
    late: false,
    clockErrorMs: 0,
    clockCorrected: false,
    batch: { blocks, events: [], documents: [] },
  }
}

/** What a batch says, by names. */
function named(batch: Batch, table: SeriesTable) {
  return batch.blocks.map(({ subject, timeMs, series, values }) => ({
    subject,
    timeMs,
    series: Array.from(series, (number) => table.definitionOf(number)),
    values: [...values],
  }))
}

/** The given payloads of a segment, read as after a restart: definitions first. */
function readSegment(payloads: readonly Uint8Array[]) {
  const table = new SeriesTable()
  const decoder = new SegmentDecoder(table)
  for (const payload of payloads) decoder.learn(payload)
  const batches = payloads.map((payload) => {
    const record = decoder.decode(payload)
    if (record.type !== 'batch') throw new Error('no batch')
    return { sequence: record.id.sequence, blocks: named(record.batch, table) }
  })
  return { batches, samplesLost: decoder.samplesLost }
}

/** A segment of 60 batches of 6 hosts that appear one after the other; some 54 KB. */
function segment() {
  const table = new SeriesTable()
  const encoder = new SegmentEncoder(table)
  const records = Array.from({ length: 60 }, (_, i) =>
    stored(i + 1, block(table, `host-${i % Math.min(6, 1 + Math.floor(i / 4))}`, i)),
  )
  const payloads = records.map((record) => encoder.encode(record).slice())
  const expected = records.map(({ id, batch }) => ({
    sequence: id.sequence,
    blocks: named(batch, table),
  }))
  return { payloads, expected }
}

test('a lost record costs itself alone, whichever it is', () => {
  const { payloads, expected } = segment()
  for (let lost = 0; lost < payloads.length; lost++) {
    const { batches, samplesLost } = readSegment(payloads.toSpliced(lost, 1))
    expect(samplesLost).toBe(0)
    expect(batches).toStrictEqual(expected.toSpliced(lost, 1))
  }
})

test('damage over several records in a row costs them alone, as long as it is shorter than the distance of the two copies', () => {
  const { payloads, expected } = segment()
  const { batches, samplesLost } = readSegment(payloads.toSpliced(0, 8))
  expect(payloads.slice(0, 8).reduce((sum, { length }) => sum + length, 0)).toBeLessThan(
    DEFINITION_REPEAT_BYTES,
  )
  expect(samplesLost).toBe(0)
  expect(batches).toStrictEqual(expected.slice(8))
})

test('where both copies of a definition are lost its samples are left out and counted, others stay', () => {
  const { payloads, expected } = segment()
  const { batches, samplesLost } = readSegment(payloads.slice(40))
  const kept = batches.flatMap(({ blocks }) => blocks.flatMap(({ series }) => series)).length
  expect(samplesLost).toBeGreaterThan(0)
  expect(kept + samplesLost).toBe(expected.slice(40).length * SHAPES.length)
})

test('a definition is written twice, then never again', () => {
  const { payloads } = segment()
  const counts = payloads.map(
    (payload) => Buffer.from(payload).toString('latin1').split('usage_7').length - 1,
  )
  expect(counts.filter((count) => count > 0)).toHaveLength(2)
  expect(counts[0]).toBe(1)
})

test('a host whose shapes the segment has had costs little more than its name', () => {
  const table = new SeriesTable()
  const encoder = new SegmentEncoder(table)
  const first = encoder.encode(stored(1, block(table, 'host-1', 1))).slice()
  const known = encoder.encode(stored(2, block(table, 'host-1', 1))).slice()
  const second = encoder.encode(stored(3, block(table, 'host-2', 1)))
  expect(first.length - known.length).toBeGreaterThan(400)
  expect(second.length - known.length).toBeLessThan(20)
})

test('who reads from the first record on need not learn first', () => {
  const { payloads, expected } = segment()
  const table = new SeriesTable()
  const decoder = new SegmentDecoder(table)
  const blocks = payloads.map((payload) => {
    const record = decoder.decode(payload)
    return record.type === 'batch' ? named(record.batch, table) : []
  })
  expect(blocks).toStrictEqual(expected.map((batch) => batch.blocks))
})

test('a process that goes on in a segment of one before it is understood beside it', () => {
  const before = new SeriesTable()
  const after = new SeriesTable()
  seriesOf(after, 'other')
  const first = [before, before].map((table, i) => stored(i, block(table, 'host-1', i)))
  const second = stored(9, block(after, 'host-2', 5))
  const oldEncoder = new SegmentEncoder(before)
  const payloads = [
    oldEncoder.encode({ ...first[0]!, id: { epoch, sequence: 1 } }).slice(),
    new SegmentEncoder(after).encode(second),
    oldEncoder.encode({ ...first[1]!, id: { epoch, sequence: 2 } }),
  ]
  expect(readSegment(payloads)).toStrictEqual({
    samplesLost: 0,
    batches: [
      { sequence: 1, blocks: named(first[0]!.batch, before) },
      { sequence: 9, blocks: named(second.batch, after) },
      { sequence: 2, blocks: named(first[1]!.batch, before) },
    ],
  })
})

test('a list of series that was incomplete is read anew once its definitions are known', () => {
  const table = new SeriesTable()
  const encoder = new SegmentEncoder(table)
  const defining = encoder.encode(stored(1, block(table, 'host-1', 1))).slice()
  const using = encoder.encode(stored(2, block(table, 'host-1', 2)))
  const decoder = new SegmentDecoder(new SeriesTable())
  expect(decoder.decode(using)).toMatchObject({ batch: { blocks: [] } })
  expect(decoder.samplesLost).toBe(100)
  decoder.learn(defining)
  expect(decoder.decode(using)).toMatchObject({ batch: { blocks: [{ subject: 'host-1' }] } })
  expect(decoder.samplesLost).toBe(100)
})

test('equal lists of a segment are the same array, values are always fresh', () => {
  const table = new SeriesTable()
  const encoder = new SegmentEncoder(table)
  const decoder = new SegmentDecoder(table)
  const [first, second, shorter] = [100, 100, 99].map((count, i) => {
    const record = decoder.decode(encoder.encode(stored(i + 1, block(table, 'host-1', i, count))))
    return record.type === 'batch' ? record.batch.blocks[0]! : undefined
  })
  expect(second!.series).toBe(first!.series)
  expect(second!.values).not.toBe(first!.values)
  expect(shorter!.series).toHaveLength(99)
})

test('a record that can’t be written leaves the segment as it was', () => {
  const table = new SeriesTable()
  const encoder = new SegmentEncoder(table)
  const good = block(table, 'host-1', 1)
  const bad = { ...good, values: good.values.with(99, Number.NaN) }
  expect(() => encoder.encode(stored(1, bad))).toThrow(
    expect.objectContaining({ code: 'NOT_A_NUMBER' }),
  )
  expect(() => encoder.encode(stored(1, { ...good, series: good.series.with(0, 5_000) }))).toThrow(
    RangeError,
  )
  expect(() => encoder.encode({ ...stored(1, good), receivedAtMs: Number.NaN })).toThrow(/clock/)
  expect(() => encoder.encode({ ...stored(1, good), agent: 'x'.repeat(300) })).toThrow(/name/)
  const { batches, samplesLost } = readSegment([encoder.encode(stored(1, good))])
  expect(samplesLost).toBe(0)
  expect(batches[0]!.blocks[0]!.values).toStrictEqual([...good.values])
})

test('ranges come back as they were', () => {
  const ranges = fc
    .uniqueArray(fc.integer({ min: 1, max: 2 ** 53 - 2 }), { maxLength: 20 })
    .map((bounds) => bounds.toSorted((a, b) => a - b))
    .map((bounds) =>
      bounds.flatMap((from, i) => (i % 2 === 0 ? [[from, bounds[i + 1] ?? from] as const] : [])),
    )
  const held = fc.array(
    fc.record(
      {
        agent: fc.string({ maxLength: 20, unit: 'grapheme' }),
        epoch: fc.constantFrom(epoch, '0'.repeat(16)),
        ranges,
      },
      { noNullPrototype: true },
    ),
    { maxLength: 5 },
  )
  fc.assert(
    fc.property(held, (given) => {
      const record: StoredRanges = { type: 'ranges', held: given }
      const payload = new SegmentEncoder(new SeriesTable()).encode(record)
      expect(new SegmentDecoder(new SeriesTable()).decode(payload)).toStrictEqual(record)
    }),
  )
})

test.each([
  [[[2, 1]]],
  [
    [
      [1, 2],
      [2, 3],
    ],
  ],
  [[[0, 1]]],
  [
    [
      [5, 6],
      [1, 2],
    ],
  ],
] as [number, number][][][])('ranges %j are refused', (ranges) => {
  const record: StoredRanges = { type: 'ranges', held: [{ agent: 'a', epoch, ranges }] }
  expect(() => new SegmentEncoder(new SeriesTable()).encode(record)).toThrow(/no range/)
})
