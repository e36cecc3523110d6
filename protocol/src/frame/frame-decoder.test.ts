import { expect, test } from 'vitest'
import { ByteWriter } from '../coding/byte-writer.ts'
import { writeEpoch } from '../coding/epoch-bytes.ts'
import { writeRuns } from '../coding/number-runs.ts'
import { ShapeWriter } from '../coding/shape-coder.ts'
import { MAX_PROBLEMS_PER_BATCH } from '../limits.ts'
import { makeShape } from '../shape.ts'
import { FrameDecoder } from './frame-decoder.ts'
import type { BatchFrame } from './frame.ts'

/*
 * Frames that our own encoder never writes, byte by byte: what another implementation, or an attacker, may send.
 */

const epoch = '00ff10aa5b7c9d3e'

function frame(write: (writer: ByteWriter) => void): Uint8Array {
  const writer = new ByteWriter()
  write(writer)
  return writer.take()
}

function define(first: number, ...subjects: string[]): Uint8Array {
  return frame((writer) => {
    writer.byte(1)
    writer.varint(first)
    writer.varint(subjects.length)
    const shapes = new ShapeWriter(writer)
    for (const [i, subject] of subjects.entries()) {
      shapes.text(subject)
      shapes.shape(makeShape('m', {}, `f${first + i}`, 'gauge'))
    }
  })
}

function batch(write: (writer: ByteWriter) => void, sequence = 1): Uint8Array {
  return frame((writer) => {
    writer.byte(2)
    writeEpoch(writer, epoch)
    writer.varint(sequence)
    writer.varint(0)
    write(writer)
  })
}

/** One block of a new list whose values are written as tokens, all changed. */
function block(
  numbers: number[],
  tokens: (writer: ByteWriter) => void,
  timeMs = 1_000,
): Uint8Array {
  return batch((writer) => {
    writer.varint(1)
    writer.varint(0)
    writeRuns(writer, Uint32Array.from(numbers))
    writer.signed(timeMs)
    for (let left = numbers.length; left > 0; left -= 8) writer.byte(0xff >> Math.max(8 - left, 0))
    tokens(writer)
    writer.varint(0)
    writer.varint(0)
  })
}

/** Tokens of whole numbers, as differences to 0. */
const wholes =
  (...values: number[]) =>
  (writer: ByteWriter) => {
    for (const value of values) {
      if (value === 0) writer.append(Uint8Array.of(0, 0, 0))
      else writer.signed(value)
    }
  }
const raw = (value: number) => (writer: ByteWriter) => {
  writer.byte(0)
  writer.byte(7)
  writer.float64(value)
}

function decodeBatch(decoder: FrameDecoder, bytes: Uint8Array): BatchFrame {
  const decoded = decoder.decode(bytes)
  if (decoded.type !== 'batch') throw new Error('no batch')
  return decoded
}

function started(...subjects: string[]): FrameDecoder {
  const decoder = new FrameDecoder()
  decoder.decode(define(0, ...subjects))
  return decoder
}

test('a good block of hand-written bytes is read', () => {
  const { batch: got, problems, id } = decodeBatch(started('', ''), block([0, 1], wholes(5, -3)))
  expect(id).toStrictEqual({ epoch, sequence: 1 })
  expect(problems).toStrictEqual([])
  expect(got.blocks).toStrictEqual([
    { subject: '', timeMs: 1_000, series: Uint32Array.of(0, 1), values: Float64Array.of(5, -3) },
  ])
})

const unacceptable = [
  {
    note: 'an unknown series',
    bytes: block([0, 2], wholes(1, 2)),
    code: 'UNKNOWN_SERIES',
    names: 'series 2',
  },
  {
    note: 'NaN',
    bytes: block([0, 1], (w) => {
      wholes(1)(w)
      raw(Number.NaN)(w)
    }),
    code: 'NOT_A_NUMBER',
    names: 'series 1',
  },
  {
    note: 'an infinity',
    bytes: block([1], raw(-Infinity)),
    code: 'NOT_A_NUMBER',
    names: 'series 1',
  },
  {
    note: 'a time too far ahead',
    bytes: block([0], wholes(1), 2 ** 47),
    code: 'TIME_OUT_OF_RANGE',
    names: 'time',
  },
  {
    note: 'a time before 1970',
    bytes: block([0], wholes(1), -1),
    code: 'TIME_OUT_OF_RANGE',
    names: 'time',
  },
  { note: 'no series', bytes: block([], wholes()), code: 'MIXED_SUBJECTS', names: '0 series' },
  {
    note: 'a body that is no JSON',
    bytes: event('{"a":'),
    code: 'BODY_INVALID',
    names: 'event log',
  },
  {
    note: 'a body nested too deep',
    bytes: event('['.repeat(33) + ']'.repeat(33)),
    code: 'BODY_INVALID',
    names: 'deeper',
  },
  {
    note: 'an event too far ahead',
    bytes: event('1', 2 ** 47),
    code: 'TIME_OUT_OF_RANGE',
    names: 'event log',
  },
]

function event(body: string, timeMs = 5): Uint8Array {
  return batch((writer) => {
    writer.varint(0)
    writer.varint(1)
    writer.text('')
    writer.varint(timeMs)
    writer.text('key')
    writer.text('log')
    writer.text(body)
    writer.varint(0)
  })
}

test.each(unacceptable)(
  'a batch with $note is a problem, not the end of the connection',
  ({ bytes, code, names }) => {
    const decoder = started('', '')
    const { problems, batch: got } = decodeBatch(decoder, bytes)
    expect(problems).toStrictEqual([{ code, detail: expect.stringContaining(names) }])
    expect(got).toStrictEqual({ blocks: [], events: [], documents: [] })
    expect(decodeBatch(decoder, block([0, 1], wholes(7, 8))).problems).toStrictEqual([])
  },
)

test('series of two subjects in one block are a problem', () => {
  const decoder = started('a', 'b')
  expect(decodeBatch(decoder, block([0, 1], wholes(1, 2))).problems).toMatchObject([
    { code: 'MIXED_SUBJECTS' },
  ])
  expect(decodeBatch(decoder, block([1], wholes(1))).batch.blocks).toMatchObject([{ subject: 'b' }])
})

test('a refused value leaves its series at the last good one, others go on', () => {
  const decoder = started('', '')
  decodeBatch(decoder, block([0, 1], wholes(5, 6)))
  decodeBatch(
    decoder,
    block([0, 1], (writer) => {
      wholes(1)(writer)
      raw(Number.NaN)(writer)
    }),
  )
  const next = decodeBatch(decoder, block([0, 1], wholes(10, 10)))
  expect(next.batch.blocks[0]!.values).toStrictEqual(Float64Array.of(16, 16))
})

test('values of an unknown series don’t reach the series that gets its number later', () => {
  const decoder = started('')
  expect(decodeBatch(decoder, block([0, 1, 9], wholes(1, 77, 88))).problems).toHaveLength(1)
  decoder.decode(define(1, ''))
  const { batch: got } = decodeBatch(decoder, block([0, 1], wholes(1, 5)))
  expect(got.blocks[0]!.values).toStrictEqual(Float64Array.of(2, 5))
})

test('a list that was unknown is known once its series are defined', () => {
  const decoder = started('')
  decodeBatch(decoder, block([0, 1], wholes(1, 1)))
  decoder.decode(define(1, ''))
  const again = batch((writer) => {
    writer.varint(1)
    writer.varint(1)
    writer.signed(2_000)
    writer.byte(0)
    writer.varint(0)
    writer.varint(0)
  })
  expect(decodeBatch(decoder, again)).toMatchObject({
    problems: [],
    batch: { blocks: [{ values: Float64Array.of(1, 0) }] },
  })
})

test('a repeated list is the same array, values are always fresh', () => {
  const decoder = started('', '')
  const repeat = batch((writer) => {
    writer.varint(2)
    for (let i = 0; i < 2; i++) {
      writer.varint(1)
      writer.signed(i)
      writer.byte(0)
    }
    writer.varint(0)
    writer.varint(0)
  })
  const first = decodeBatch(decoder, block([0, 1], wholes(1, 2))).batch.blocks[0]!
  const [second, third] = decodeBatch(decoder, repeat).batch.blocks
  expect(second!.series).toBe(first.series)
  expect(third!.series).toBe(first.series)
  expect(third!.values).not.toBe(second!.values)
  expect(third!.values).toStrictEqual(Float64Array.of(1, 2))
})

test('at most so many problems are listed', () => {
  const decoder = started('')
  const bytes = batch((writer) => {
    writer.varint(100)
    for (let i = 0; i < 100; i++) {
      writer.varint(0)
      writeRuns(writer, Uint32Array.of(50 + i))
      writer.signed(0)
      writer.byte(0)
    }
    writer.varint(0)
    writer.varint(0)
  })
  expect(decodeBatch(decoder, bytes).problems).toHaveLength(MAX_PROBLEMS_PER_BATCH)
})

const malformed: { note: string; bytes: Uint8Array; code: string; closeCode: number }[] = [
  { note: 'no byte', bytes: new Uint8Array(0), code: 'FRAME_TRUNCATED', closeCode: 1002 },
  { note: 'an unknown type', bytes: Uint8Array.of(9), code: 'FRAME_UNKNOWN', closeCode: 1002 },
  {
    note: 'bytes after the content',
    bytes: Uint8Array.of(...block([0], wholes(1)), 0),
    code: 'FRAME_MALFORMED',
    closeCode: 1002,
  },
  {
    note: 'sequence 0',
    bytes: batch(() => undefined, 0),
    code: 'FRAME_MALFORMED',
    closeCode: 1002,
  },
  { note: 'numbers defined twice', bytes: define(0, ''), code: 'FRAME_MALFORMED', closeCode: 1002 },
  { note: 'numbers left out', bytes: define(3, ''), code: 'FRAME_MALFORMED', closeCode: 1002 },
  {
    note: 'a list that never was',
    bytes: batch((w) => {
      w.varint(1)
      w.varint(5)
      w.signed(0)
    }),
    code: 'FRAME_MALFORMED',
    closeCode: 1002,
  },
  {
    note: 'an unknown scale',
    bytes: block([0], (w) => {
      w.byte(0)
      w.byte(8)
    }),
    code: 'FRAME_MALFORMED',
    closeCode: 1002,
  },
  {
    note: 'a text that is not UTF-8',
    bytes: batch((w) => {
      w.varint(0)
      w.varint(1)
      w.append(Uint8Array.of(2, 0xc3, 0x28, 0, 0, 0, 0, 0))
    }),
    code: 'TEXT_NOT_UTF8',
    closeCode: 1007,
  },
  {
    note: 'a series without a field',
    bytes: frame((w) => {
      w.append(Uint8Array.of(1, 2, 1, 0, 0, 0, 1))
      w.text('')
      w.append(Uint8Array.of(0, 0, 0, 0, 0))
    }),
    code: 'SHAPE_INVALID',
    closeCode: 1008,
  },
  {
    note: 'an integer above 2^53',
    bytes: frame((w) => {
      w.byte(1)
      w.append(new Uint8Array(9).fill(0xff))
    }),
    code: 'FRAME_MALFORMED',
    closeCode: 1002,
  },
]

test.each(malformed)('a frame with $note ends the connection', ({ bytes, code, closeCode }) => {
  const decoder = started('', '')
  expect(() => decoder.decode(bytes)).toThrow(
    expect.objectContaining({ name: 'ProtocolError', code, closeCode }),
  )
  expect(() => decoder.decode(block([0], wholes(1)))).toThrow(
    expect.objectContaining({ code: 'CONNECTION_BROKEN' }),
  )
})

test.each([
  { note: 'frame bytes', limits: { frameBytes: 20 }, code: 'FRAME_TOO_LARGE' },
  { note: 'series of a connection', limits: { seriesPerConnection: 2 }, code: 'LIMIT_EXCEEDED' },
  { note: 'bytes of definitions', limits: { definitionBytes: 20 }, code: 'LIMIT_EXCEEDED' },
])('a receiver may set a lower limit of $note', ({ limits, code }) => {
  expect(() => new FrameDecoder(limits).decode(define(0, 'a', 'b', 'c'))).toThrow(
    expect.objectContaining({ code }),
  )
})

test('a receiver may set a lower limit of samples', () => {
  const decoder = new FrameDecoder({ samplesPerBatch: 2 })
  decoder.decode(define(0, '', '', ''))
  expect(decodeBatch(decoder, block([0, 1], wholes(1, 2))).problems).toStrictEqual([])
  expect(() => decoder.decode(block([0, 1, 2], wholes(1, 2, 3)))).toThrow(
    expect.objectContaining({ code: 'LIMIT_EXCEEDED' }),
  )
})

test('a frame may lie anywhere in a larger buffer', () => {
  const bytes = block([0], raw(0.1))
  const buffer = Buffer.alloc(bytes.length + 7, 0xff)
  buffer.set(bytes, 3)
  const decoder = started('')
  const { batch: got } = decodeBatch(decoder, buffer.subarray(3, 3 + bytes.length))
  expect(got.blocks[0]!.values).toStrictEqual(Float64Array.of(0.1))
})
