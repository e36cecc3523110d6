import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Batch, DocumentItem, EventItem, SampleBlock } from './batch.ts'
import { FrameDecoder } from './frame/frame-decoder.ts'
import { FrameEncoder } from './frame/frame-encoder.ts'
import type { BatchFrame } from './frame/frame.ts'
import { parseJsonText } from './json-text.ts'
import { SegmentDecoder } from './segment/segment-decoder.ts'
import { SegmentEncoder } from './segment/segment-encoder.ts'
import { SeriesTable } from './series-table.ts'
import { makeShape } from './shape.ts'
import type { SeriesDefinition } from './shape.ts'
import type { StoredRecord } from './segment/stored-record.ts'

/** What a program means by a batch: series by name. */
interface NamedBlock {
  readonly subject: string
  readonly timeMs: number
  readonly samples: readonly (readonly [SeriesDefinition, number])[]
}

const name = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' })
const shape = fc
  .tuple(
    name,
    fc.dictionary(name, name, { maxKeys: 3 }),
    name,
    fc.constantFrom('gauge', 'counter', 'state'),
  )
  .map(([measurement, tags, field, kind]) => makeShape(measurement, tags, field, kind))
const shapes = fc.uniqueArray(shape, {
  minLength: 1,
  maxLength: 12,
  selector: (made) => JSON.stringify(made),
})

/** Values of every kind that the coders treat differently, and any finite double. */
const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -200, max: 200 }),
  fc.integer({ min: -20_000, max: 20_000 }).map((hundredths) => hundredths / 100),
  fc.integer({ min: 0, max: 2 ** 21 }).map((pages) => pages * 4096),
  fc.integer({ min: 0, max: 2 ** 31 - 1 }).map((sectors) => sectors * 512),
  fc.maxSafeInteger(),
  fc.constantFrom(
    0,
    -0,
    2 ** 51 - 1,
    2 ** 51,
    -(2 ** 51),
    2 ** 53,
    2 ** 53 + 2,
    2 ** 63,
    Number.MIN_VALUE,
    -Number.MIN_VALUE,
    2.2250738585072014e-308,
    Number.MAX_VALUE,
    -Number.MAX_VALUE,
    0.1,
    0.07,
    163.83,
    163.84,
    127,
    128,
    1e21,
  ),
)
const timeMs = fc.oneof(
  fc.integer({ min: 0, max: 2 ** 47 - 1 }),
  fc.integer({ min: 17e11, max: 18e11 }),
)
/** Members named `__proto__` don't arrive, hence aren't expected. */
const body = fc.jsonValue({ maxDepth: 4 }).map((made) => parseJsonText(JSON.stringify(made)))
const plain = { noNullPrototype: true } as const
const text = fc.string({ maxLength: 60, unit: 'grapheme' })
const event: fc.Arbitrary<EventItem> = fc.record(
  { subject: text, timeMs, key: text, kind: text, body },
  plain,
)
const document: fc.Arbitrary<DocumentItem> = fc.record(
  {
    subject: text,
    timeMs,
    name: text,
    keep: fc.constantFrom('history', 'newest'),
    body,
  },
  plain,
)

function namedBlock(known: readonly SeriesDefinition['field'][] | readonly unknown[]) {
  const index = fc.integer({ min: 0, max: known.length - 1 })
  return fc.record({
    subject: fc.constantFrom('', 'array-1', 'switch-2'),
    timeMs,
    picks: fc.oneof(
      fc.constant(Array.from(known, (_, at) => at)),
      fc.array(index, { minLength: 1, maxLength: 20 }),
    ),
    values: fc.array(value, { minLength: 20, maxLength: 20 }),
  })
}

const connection = shapes.chain((known) =>
  fc.array(
    fc.record({
      blocks: fc.array(namedBlock(known), { maxLength: 3 }).map((blocks): NamedBlock[] =>
        blocks.map(({ subject, timeMs: at, picks, values }) => ({
          subject,
          timeMs: at,
          samples: picks.map((pick, i) => [{ subject, ...known[pick]! }, values[i % 20]!] as const),
        })),
      ),
      events: fc.array(event, { maxLength: 2 }),
      documents: fc.array(document, { maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 12 },
  ),
)

function toBatch(
  table: SeriesTable,
  named: { blocks: NamedBlock[]; events: EventItem[]; documents: DocumentItem[] },
): Batch {
  return {
    events: named.events,
    documents: named.documents,
    blocks: named.blocks.map((block) => ({
      subject: block.subject,
      timeMs: block.timeMs,
      series: Uint32Array.from(block.samples, ([definition]) => table.intern(definition)),
      values: Float64Array.from(block.samples, ([, given]) => given),
    })),
  }
}

function toNamed(
  blocks: readonly SampleBlock[],
  definitionOf: (series: number) => SeriesDefinition,
): NamedBlock[] {
  return blocks.map((block) => ({
    subject: block.subject,
    timeMs: block.timeMs,
    samples: Array.from(
      block.series,
      (series, i) => [definitionOf(series), block.values[i]!] as const,
    ),
  }))
}

test('a receiver gets back every batch of a connection, bit for bit', () => {
  fc.assert(
    fc.property(connection, (batches) => {
      const table = new SeriesTable()
      const encoder = new FrameEncoder(table)
      const decoder = new FrameDecoder()
      const definitions: SeriesDefinition[] = []
      for (const [i, named] of batches.entries()) {
        const id = { epoch: '00ff10aa5b7c9d3e', sequence: i + 1 }
        let received: BatchFrame | undefined
        for (const frame of encoder.encode(id, 12, toBatch(table, named))) {
          const decoded = decoder.decode(frame)
          if (decoded.type === 'batch') received = decoded
          else
            for (const { number, definition } of decoded.definitions)
              definitions[number] = definition
        }
        expect(received).toMatchObject({ id, ageMs: 12, problems: [] })
        expect(toNamed(received!.batch.blocks, (series) => definitions[series]!)).toStrictEqual(
          named.blocks,
        )
        expect(received!.batch.events).toStrictEqual(named.events)
        expect(received!.batch.documents).toStrictEqual(named.documents)
      }
    }),
  )
})

test('a segment gives back every record, bit for bit, in a table with other numbers', () => {
  fc.assert(
    fc.property(connection, (batches) => {
      const table = new SeriesTable()
      const encoder = new SegmentEncoder(table)
      const records = batches.map((named, i): StoredRecord => ({
        type: 'batch',
        agent: 'db-1',
        id: { epoch: '00ff10aa5b7c9d3e', sequence: i + 1 },
        receivedAtMs: 1_760_000_000_000 + i,
        late: i % 2 === 1,
        clockErrorMs: -3.5 * i,
        clockCorrected: i % 3 === 1,
        batch: toBatch(table, named),
      }))
      const payloads = records.map((record) => encoder.encode(record).slice())
      const other = new SeriesTable()
      other.intern({ subject: 'x', ...makeShape('x', {}, 'x', 'gauge') })
      const decoder = new SegmentDecoder(other)
      for (const [i, payload] of payloads.entries()) {
        const decoded = decoder.decode(payload)
        if (decoded.type !== 'batch') throw new Error('not a batch')
        const { batch, ...head } = decoded
        expect({ ...records[i], batch: undefined }).toStrictEqual({ ...head, batch: undefined })
        expect(toNamed(batch.blocks, (series) => other.definitionOf(series))).toStrictEqual(
          batches[i]!.blocks,
        )
        expect(batch.events).toStrictEqual(batches[i]!.events)
        expect(batch.documents).toStrictEqual(batches[i]!.documents)
      }
      expect(decoder.samplesLost).toBe(0)
    }),
  )
})
