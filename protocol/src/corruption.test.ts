import { readdirSync, readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Batch } from './batch.ts'
import { ByteWriter } from './coding/byte-writer.ts'
import { isEpoch } from './epoch.ts'
import { ProtocolError } from './errors.ts'
import { FrameDecoder } from './frame/frame-decoder.ts'
import type { BatchFrame, DefineFrame } from './frame/frame.ts'
import { MAX_SAMPLES_PER_BATCH, MAX_TIME_MS } from './limits.ts'
import { SegmentDecoder } from './segment/segment-decoder.ts'
import { SeriesTable } from './series-table.ts'
import { checkShape } from './shape.ts'
import { fromHex, parseGoldenConnection, parseGoldenSegment } from './testing/golden.ts'

const directory = new URL('../fixtures/v1/', import.meta.url)
const read = (file: string) => readFileSync(new URL(file, directory), 'utf8')
const connections = readdirSync(directory)
  .filter((file) => file.startsWith('connection-'))
  .map((file) => ({
    file,
    frames: parseGoldenConnection(read(file)).frames.map(({ hex }) => fromHex(hex!)),
  }))
const records = parseGoldenSegment(read('segment.json')).records.map(({ hex }) => fromHex(hex!))

/** What any consumer relies on, whatever was received. Throws a plain Error, as expect() would be too slow for millions of values. */
function assertValidBatch(batch: Batch, seriesBelow: number): void {
  let samples = 0
  for (const { series, values, timeMs } of batch.blocks) {
    samples += series.length
    const valid =
      series.length === values.length &&
      values.every(Number.isFinite) &&
      series.every((number) => number < seriesBelow) &&
      Number.isInteger(timeMs) &&
      timeMs >= 0 &&
      timeMs <= MAX_TIME_MS
    if (!valid) throw new Error(`invalid block at ${timeMs}`)
  }
  if (samples > MAX_SAMPLES_PER_BATCH) throw new Error(`${samples} samples`)
  for (const { timeMs, body } of [...batch.events, ...batch.documents]) {
    if (!Number.isInteger(timeMs) || timeMs > MAX_TIME_MS) throw new Error(`invalid time ${timeMs}`)
    JSON.stringify(body)
  }
}

function assertValidFrame(frame: DefineFrame | BatchFrame, decoder: FrameDecoder): void {
  if (frame.type === 'define') {
    for (const { definition } of frame.definitions) checkShape(definition)
    return
  }
  if (!isEpoch(frame.id.epoch) || frame.id.sequence < 1) throw new Error('invalid id')
  if (!Number.isSafeInteger(frame.id.sequence) || !Number.isSafeInteger(frame.ageMs)) {
    throw new Error('invalid number')
  }
  assertValidBatch(frame.batch, decoder.definedSeries)
}

/** Decodes frames in turn; each must be a valid frame or a ProtocolError, and after one nothing more is taken. */
function assertHarmless(decoder: FrameDecoder, frames: readonly Uint8Array[]): void {
  let broken = false
  for (const frame of frames) {
    try {
      assertValidFrame(decoder.decode(frame), decoder)
      if (broken) throw new Error('a frame was taken after one that broke the connection')
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      if (broken && error.code !== 'CONNECTION_BROKEN') throw error
      broken = true
    }
  }
}

function assertHarmlessRecord(payload: Uint8Array, others: readonly Uint8Array[] = []): void {
  const table = new SeriesTable()
  const decoder = new SegmentDecoder(table)
  for (const other of [...others, payload]) {
    try {
      const record = decoder.decode(other)
      if (record.type === 'batch') assertValidBatch(record.batch, table.size)
    } catch (error) {
      if (!(error instanceof ProtocolError && error.code === 'RECORD_MALFORMED')) throw error
    }
  }
}

function* flips(bytes: Uint8Array): Generator<Uint8Array> {
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const flipped = bytes.slice()
    flipped[bit >> 3]! ^= 1 << (bit & 7)
    yield flipped
  }
}

function* truncations(bytes: Uint8Array): Generator<Uint8Array> {
  for (let length = 0; length < bytes.length; length++) yield bytes.subarray(0, length)
}

test.each(connections)(
  'each frame of $file cut at any byte breaks the connection',
  ({ frames }) => {
    for (const [i, frame] of frames.entries()) {
      for (const cut of truncations(frame)) {
        const decoder = new FrameDecoder()
        for (const before of frames.slice(0, i)) decoder.decode(before)
        expect(() => decoder.decode(cut)).toThrow(ProtocolError)
        expect(() => decoder.decode(frame)).toThrow(/connect anew/)
      }
    }
  },
)

test.each(connections)(
  'each flipped bit of $file gives a ProtocolError or a valid frame',
  ({ frames }) => {
    for (const [i, frame] of frames.entries()) {
      for (const flipped of flips(frame)) {
        assertHarmless(new FrameDecoder(), [...frames.slice(0, i), flipped, ...frames.slice(i + 1)])
      }
    }
  },
)

test('each record cut at any byte is refused', () => {
  for (const record of records) {
    for (const cut of truncations(record)) {
      const decoder = new SegmentDecoder(new SeriesTable())
      expect(() => decoder.decode(cut)).toThrow(ProtocolError)
    }
  }
})

test('each flipped bit of a record gives a ProtocolError or a valid record', () => {
  for (const [i, record] of records.entries()) {
    // One record is little but one text of 9,000 letters: there one bit of each is enough.
    const isLong = record.length > 1_000
    const others = isLong ? [] : records.slice(0, i)
    let at = 0
    for (const flipped of flips(record)) {
      if (!isLong || at++ % 8 === 3 || at < 2_000) assertHarmlessRecord(flipped, others)
    }
  }
})

const anyFrame = fc.constantFrom(...connections.flatMap(({ frames }) => frames), ...records)
/** A change that knows what frames are made of: lengths, counts, texts, other frames' parts. */
const change = fc.oneof(
  fc.record({
    at: fc.double({ min: 0, max: 0.999, noNaN: true }),
    put: fc.uint8Array({ minLength: 1, maxLength: 9 }),
    drop: fc.nat(12),
  }),
  fc.record({
    at: fc.double({ min: 0, max: 0.999, noNaN: true }),
    put: fc.constantFrom(
      Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f),
      Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f),
      Uint8Array.of(0x80, 0x80, 0x02),
      Uint8Array.of(7, 0, 0, 0, 0, 0, 0, 0xf0, 0x7f),
      Uint8Array.of(0xc3, 0x28),
      new TextEncoder().encode('{"__proto__":[]}'),
    ),
    drop: fc.nat(4),
  }),
)
const mutated = fc.tuple(anyFrame, fc.array(change, { maxLength: 3 })).map(([frame, changes]) => {
  let bytes = Array.from(frame)
  for (const { at, put, drop } of changes)
    bytes = bytes.toSpliced(Math.floor(at * bytes.length), drop, ...put)
  return Uint8Array.from(bytes)
})

test('any mixture of changed, repeated and foreign frames is harmless', () => {
  const sequence = fc.tuple(
    fc.constantFrom(...connections),
    fc.array(mutated, { minLength: 1, maxLength: 4 }),
    fc.nat(6),
  )
  fc.assert(
    fc.property(sequence, ([{ frames }, strange, kept]) => {
      assertHarmless(new FrameDecoder(), [
        ...frames.slice(0, kept),
        ...strange,
        ...frames.slice(kept),
      ])
    }),
    { numRuns: 3_000 },
  )
})

test('any mixture of changed and foreign records is harmless', () => {
  fc.assert(
    fc.property(fc.array(mutated, { minLength: 1, maxLength: 3 }), (strange) => {
      for (const payload of strange) assertHarmlessRecord(payload, records.slice(0, 3))
    }),
    { numRuns: 1_000 },
  )
})

test('random bytes are harmless', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.constantFrom(0, 1, 2, 3), (bytes, type) => {
      const frame = Uint8Array.of(type, ...bytes)
      assertHarmless(new FrameDecoder(), [frame])
      assertHarmlessRecord(frame)
    }),
    { numRuns: 3_000 },
  )
})

/** A frame or record that promises much in few bytes. */
function bomb(write: (writer: ByteWriter) => void): Uint8Array {
  const writer = new ByteWriter()
  write(writer)
  return writer.take()
}
const batchHead = (writer: ByteWriter) => {
  writer.byte(2)
  writer.append(new Uint8Array(8))
  writer.varint(1)
  writer.varint(0)
}
const zeros = (writer: ByteWriter, count: number) => writer.append(new Uint8Array(count))

test.each([
  {
    note: 'a list of 2^32 series',
    frame: bomb((w) => {
      batchHead(w)
      w.varint(1)
      w.varint(0)
      w.varint(2 ** 32)
    }),
  },
  {
    note: 'a run longer than its list',
    frame: bomb((w) => {
      batchHead(w)
      w.varint(1)
      w.varint(0)
      w.varint(9)
      w.signed(0)
      w.varint(2 ** 40)
      zeros(w, 100)
    }),
  },
  {
    note: 'a thousand blocks of 32,768 series',
    frame: bomb((w) => {
      batchHead(w)
      w.varint(1_000)
      for (let i = 0; i < 200; i++) {
        w.varint(Math.min(i, 1))
        if (i === 0) {
          w.varint(32_768)
          w.signed(0)
          w.varint(32_768)
        }
        w.signed(0)
        zeros(w, 4_096)
      }
    }),
  },
  {
    note: '2^50 blocks',
    frame: bomb((w) => {
      batchHead(w)
      w.varint(2 ** 50)
    }),
  },
  {
    note: '2^50 events',
    frame: bomb((w) => {
      batchHead(w)
      w.varint(0)
      w.varint(2 ** 50)
    }),
  },
  {
    note: 'a text of 2^50 bytes',
    frame: bomb((w) => {
      batchHead(w)
      w.varint(0)
      w.varint(1)
      w.varint(2 ** 50)
    }),
  },
  {
    note: '2^50 definitions',
    frame: bomb((w) => {
      w.byte(1)
      w.varint(0)
      w.varint(2 ** 50)
    }),
  },
  {
    note: '8,192 definitions that are not there',
    frame: bomb((w) => {
      w.byte(1)
      w.varint(0)
      w.varint(8_192)
    }),
  },
  {
    note: 'a megabyte of brackets as a body',
    frame: bomb((w) => {
      batchHead(w)
      w.varint(0)
      w.varint(1)
      w.text('')
      w.varint(0)
      w.text('k')
      w.text('log')
      w.text('['.repeat(1_000_000))
    }),
  },
])('$note costs an error and little memory', ({ frame }) => {
  const before = process.memoryUsage().arrayBuffers
  const decoder = new FrameDecoder()
  expect(() => decoder.decode(frame)).toThrow(ProtocolError)
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * 1_048_576)
})

const recordHead = (writer: ByteWriter) => {
  writer.byte(1)
  writer.uint32(1)
}
test.each([
  {
    note: 'a series with a number above any table',
    record: bomb((w) => {
      recordHead(w)
      w.varint(0)
      w.varint(1)
      w.varint(0)
      w.text('a')
      w.signed(2 ** 24)
      w.varint(0)
      w.varint(1)
    }),
  },
  {
    note: 'a run of 2^24 series',
    record: bomb((w) => {
      recordHead(w)
      w.varint(0)
      w.varint(1)
      w.varint(0)
      w.text('a')
      w.signed(0)
      w.varint(0)
      w.varint(2 ** 24)
    }),
  },
  {
    note: '2^50 shapes',
    record: bomb((w) => {
      recordHead(w)
      w.varint(2 ** 50)
    }),
  },
  {
    note: '2^40 epochs',
    record: bomb((w) => {
      w.byte(2)
      w.varint(2 ** 40)
    }),
  },
])('$note in a record costs an error and little memory', ({ record }) => {
  const before = process.memoryUsage().arrayBuffers
  expect(() => new SegmentDecoder(new SeriesTable()).decode(record)).toThrow(ProtocolError)
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * 1_048_576)
})
