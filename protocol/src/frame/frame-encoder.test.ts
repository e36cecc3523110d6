import { expect, test } from 'vitest'
import type { Batch, JsonValue, SampleBlock } from '../batch.ts'
import { MAX_FRAME_BYTES, MAX_SAMPLES_PER_BATCH, MAX_SERIES_LISTS } from '../limits.ts'
import { SeriesTable } from '../series-table.ts'
import { makeShape } from '../shape.ts'
import { FrameDecoder } from './frame-decoder.ts'
import { FrameEncoder } from './frame-encoder.ts'
import type { BatchFrame } from './frame.ts'

const id = (sequence: number) => ({ epoch: '00ff10aa5b7c9d3e', sequence })
const samplesOnly = (...blocks: SampleBlock[]): Batch => ({ blocks, events: [], documents: [] })

/** A connection with `count` series of subject '' in its table. */
function connection(count: number, maxFrameBytes?: number) {
  const table = new SeriesTable()
  const series = Uint32Array.from({ length: count }, (_, i) =>
    table.intern({ subject: '', ...makeShape('m', { i: String(i) }, 'f', 'gauge') }),
  )
  const encoder = new FrameEncoder(table, maxFrameBytes)
  const decoder = new FrameDecoder()
  const block = (value: number, of = series): SampleBlock => ({
    subject: '',
    timeMs: 1_767_571_200_000,
    series: of,
    values: new Float64Array(of.length).fill(value),
  })
  let sequence = 0
  const send = (batch: Batch): BatchFrame => {
    const frames = encoder.encode(id(++sequence), 0, batch).map((frame) => decoder.decode(frame))
    const last = frames.at(-1)
    if (last?.type !== 'batch') throw new Error('no batch')
    return last
  }
  return { table, series, encoder, decoder, block, send }
}

test('series are defined once, and a list is repeated in one byte', () => {
  const { encoder, block } = connection(400)
  const [define, first] = encoder.encode(id(1), 0, samplesOnly(block(1)))
  expect(define![0]).toBe(1)
  expect(encoder.definedSeries).toBe(400)
  const [again] = encoder.encode(id(2), 0, samplesOnly(block(1)))
  // head 13, blocks 1, list 1, time 7, bitmap 50, events and documents 2
  expect(again!.length).toBeLessThan(76)
  expect(first!.length).toBeGreaterThan(again!.length + 400)
})

test('a number of the connection leads back to the series', () => {
  const { encoder, table, block, series } = connection(3)
  table.intern({ subject: 'x', ...makeShape('other', {}, 'f', 'gauge') })
  encoder.encode(id(1), 0, samplesOnly(block(1, series.toReversed())))
  expect([0, 1, 2, 3].map((number) => encoder.seriesOf(number))).toStrictEqual([2, 1, 0, -1])
})

test('definitions that don’t fit one frame go into several, none above the receiver’s limit', () => {
  const table = new SeriesTable()
  const series = Uint32Array.from({ length: 2_000 }, (_, i) =>
    table.intern({
      subject: '',
      ...makeShape('m', { a: `${i}-${'x'.repeat(1_000)}` }, 'f', 'gauge'),
    }),
  )
  const encoder = new FrameEncoder(table, 65_536)
  const decoder = new FrameDecoder({ frameBytes: 65_536 })
  const block = { subject: '', timeMs: 1, series, values: new Float64Array(2_000) }
  const frames = encoder.encode(id(1), 0, samplesOnly(block))
  expect(frames.length).toBeGreaterThan(30)
  const definitions = frames.slice(0, -1).flatMap((frame) => {
    expect(frame.length).toBeLessThanOrEqual(65_536)
    const decoded = decoder.decode(frame)
    return decoded.type === 'define' ? decoded.definitions : []
  })
  expect(definitions.map(({ number }) => number)).toStrictEqual([...series])
  expect(decoder.decode(frames.at(-1)!)).toMatchObject({ type: 'batch', problems: [] })
})

test('more lists than a connection remembers still arrive, the oldest written anew', () => {
  const { block, send } = connection(MAX_SERIES_LISTS * 3)
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < MAX_SERIES_LISTS + 20; i++) {
      const list = Uint32Array.of(i, 2 * i + 1, i)
      const one = block(round + i, list)
      const { batch } = send(samplesOnly(one, block(-i, Uint32Array.of(7)), one))
      expect(batch.blocks.map((got) => got.values)).toStrictEqual([
        one.values,
        Float64Array.of(-i),
        one.values,
      ])
      expect(batch.blocks.map((got) => got.series.length)).toStrictEqual([3, 1, 3])
    }
  }
})

test('one batch with more new lists than a connection remembers arrives', () => {
  const { block, send } = connection(500)
  const blocks = Array.from({ length: 200 }, (_, i) => block(i, Uint32Array.of(i % 150, 300)))
  for (let round = 0; round < 2; round++) {
    const { batch, problems } = send(samplesOnly(...blocks))
    expect(problems).toStrictEqual([])
    expect(batch.blocks.map(({ values }) => values[0])).toStrictEqual(blocks.map((_, i) => i))
  }
})

test('blocks without samples are left out', () => {
  const { block, send } = connection(2)
  const { batch } = send(samplesOnly(block(1, new Uint32Array(0)), block(2)))
  expect(batch.blocks).toStrictEqual([block(2)])
})

const refused: {
  note: string
  code: string
  change: (batch: Batch, block: SampleBlock) => Batch
}[] = [
  ...[Number.NaN, Infinity, -Infinity].map((value) => ({
    note: `the value ${value}`,
    code: 'NOT_A_NUMBER',
    change: (_: Batch, block: SampleBlock) =>
      samplesOnly({ ...block, values: block.values.with(2, value) }),
  })),
  ...[-1, 1.5, 2 ** 47, Number.NaN].map((timeMs) => ({
    note: `the time ${timeMs}`,
    code: 'BATCH_INVALID',
    change: (_: Batch, block: SampleBlock) => samplesOnly({ ...block, timeMs }),
  })),
  {
    note: 'fewer values than series',
    code: 'BATCH_INVALID',
    change: (_, block) => samplesOnly({ ...block, values: new Float64Array(2) }),
  },
  {
    note: 'another subject than its series',
    code: 'BATCH_INVALID',
    change: (_, block) => samplesOnly({ ...block, subject: 'other' }),
  },
  {
    note: 'too many samples',
    code: 'BATCH_TOO_LARGE',
    change: (_, block) =>
      samplesOnly({
        ...block,
        series: new Uint32Array(MAX_SAMPLES_PER_BATCH + 1),
        values: new Float64Array(MAX_SAMPLES_PER_BATCH + 1),
      }),
  },
  {
    note: 'more text than a frame holds',
    code: 'BATCH_TOO_LARGE',
    change: (batch) => ({
      ...batch,
      events: Array.from({ length: 5 }, (_, i) => ({
        subject: '',
        timeMs: 1,
        key: String(i),
        kind: 'log',
        body: 'x'.repeat(220_000),
      })),
    }),
  },
  {
    note: 'a body that is too long',
    code: 'LIMIT_EXCEEDED',
    change: (batch) => ({
      ...batch,
      documents: [{ subject: '', timeMs: 1, name: 'n', keep: 'newest', body: 'x'.repeat(262_144) }],
    }),
  },
  {
    note: 'a key that is too long',
    code: 'LIMIT_EXCEEDED',
    change: (batch) => ({
      ...batch,
      events: [{ subject: '', timeMs: 1, key: 'k'.repeat(1_025), kind: 'log', body: 1 }],
    }),
  },
  {
    note: 'half a surrogate pair',
    code: 'BATCH_INVALID',
    change: (batch) => ({
      ...batch,
      events: [{ subject: '', timeMs: 1, key: '\ud800', kind: 'log', body: 1 }],
    }),
  },
  {
    note: 'a body that refers to itself',
    code: 'BATCH_INVALID',
    change: (batch) => {
      const body: Record<string, JsonValue> = {}
      body['self'] = body
      return { ...batch, documents: [{ subject: '', timeMs: 1, name: 'n', keep: 'newest', body }] }
    },
  },
  {
    note: 'a body nested too deep',
    code: 'BATCH_INVALID',
    change: (batch) => ({
      ...batch,
      documents: [
        {
          subject: '',
          timeMs: 1,
          name: 'n',
          keep: 'newest',
          body: JSON.parse('['.repeat(33) + ']'.repeat(33)),
        },
      ],
    }),
  },
  {
    note: 'an event at an impossible time',
    code: 'BATCH_INVALID',
    change: (batch) => ({
      ...batch,
      events: [{ subject: '', timeMs: -1, key: 'k', kind: 'log', body: 1 }],
    }),
  },
  {
    note: 'too many events',
    code: 'LIMIT_EXCEEDED',
    change: (batch) => ({
      ...batch,
      events: Array.from({ length: 4_097 }, (_, i) => ({
        subject: '',
        timeMs: 1,
        key: String(i),
        kind: 'log',
        body: 1,
      })),
    }),
  },
]

test.each(refused)(
  'a batch with $note is refused and leaves the connection as it was',
  ({ code, change }) => {
    const { block, encoder, send } = connection(5)
    const good = samplesOnly(block(1))
    expect(() => encoder.encode(id(1), 0, change(good, block(1)))).toThrow(
      expect.objectContaining({ name: 'ProtocolError', code }),
    )
    expect(encoder.definedSeries).toBe(0)
    expect(send(good).batch).toStrictEqual(good)
    expect(() => encoder.encode(id(3), 0, change(good, block(9)))).toThrow(
      expect.objectContaining({ code }),
    )
    expect(send(samplesOnly(block(2))).batch).toStrictEqual(samplesOnly(block(2)))
  },
)

test.each([
  { epoch: '', sequence: 1 },
  { epoch: 'x'.repeat(16), sequence: 1 },
  { ...id(0) },
  { ...id(1.5) },
  { ...id(2 ** 53) },
])('%o names no batch', (wrong) => {
  const { encoder, block } = connection(1)
  expect(() => encoder.encode(wrong, 0, samplesOnly(block(1)))).toThrow(/can't be sent/)
})

test('the fullest batch of the costliest values fits a frame', () => {
  const count = MAX_SAMPLES_PER_BATCH
  const { block, encoder, series, decoder } = connection(count)
  // Every second number of the connection: no two in a row.
  encoder.encode(id(1), 0, samplesOnly(block(0))).forEach((frame) => decoder.decode(frame))
  const scattered = series.map((_, i) => (i * 2) % count)
  const values = Float64Array.from({ length: count }, (_, i) => 1 / (i + 3))
  const batch = samplesOnly({ ...block(0, scattered), values })
  const [frame] = encoder.encode(id(2), 0, batch)
  expect(frame!.length).toBeLessThanOrEqual(MAX_FRAME_BYTES)
  expect(decoder.decode(frame!)).toMatchObject({ batch, problems: [] })
})

test('a body may be null, false, 0 or empty', () => {
  const { send } = connection(1)
  for (const body of [null, false, 0, '', [], {}]) {
    const documents = [{ subject: '', timeMs: 0, name: 'n', keep: 'newest', body } as const]
    expect(send({ blocks: [], events: [], documents }).batch.documents).toStrictEqual(documents)
  }
})

test('a connection that has named all its numbers says so, and serves what it has named', () => {
  const table = new SeriesTable()
  const shapeIds = Array.from({ length: 1_000 }, (_, i) =>
    table.internShape(makeShape('m', { i: String(i) }, 'f', 'gauge')),
  )
  const device = (i: number): SampleBlock => {
    const subjectId = table.internSubject(`device-${i}`)
    const series = Uint32Array.from(shapeIds, (shapeId) => table.internPair(subjectId, shapeId))
    return { subject: `device-${i}`, timeMs: 1, series, values: new Float64Array(1_000) }
  }
  const encoder = new FrameEncoder(table)
  for (let i = 0; i < 600; i += 30) {
    encoder.encode(
      id(i + 1),
      0,
      samplesOnly(...Array.from({ length: 30 }, (_, k) => device(i + k))),
    )
  }
  expect(encoder.definedSeries).toBe(600_000)
  expect(() => encoder.encode(id(601), 0, samplesOnly(device(600)))).toThrow(
    expect.objectContaining({ code: 'NUMBERS_EXHAUSTED', retryable: true }),
  )
  expect(encoder.encode(id(602), 0, samplesOnly(device(3)))).toHaveLength(1)
})

test('a list that an earlier block of the same batch brought is repeated in one byte', () => {
  const { block, encoder } = connection(400)
  const scattered = Uint32Array.from({ length: 200 }, (_, i) => (i * 7) % 400)
  encoder.encode(id(1), 0, samplesOnly(block(1)))
  const once = encoder.encode(id(2), 0, samplesOnly(block(1, scattered)))
  const other = connection(400)
  other.encoder.encode(id(1), 0, samplesOnly(block(1)))
  const twice = other.encoder.encode(
    id(2),
    0,
    samplesOnly(block(1, scattered), block(1, scattered)),
  )
  // list 1, time 1, bitmap 25
  expect(twice[0]!.length - once[0]!.length).toBe(27)
})

test.each([
  {
    note: 'from below the ends of exact integers to above',
    values: [-(2 ** 51 - 1), -(2 ** 51), -(2 ** 51) - 3, 2 ** 51 - 1],
  },
  {
    note: 'up past them in small steps and down again',
    values: [2 ** 51 - 1, 2 ** 51, 2 ** 52 - 1, 2 ** 52, 2 ** 53 - 1, -(2 ** 53) + 1, 3],
  },
  {
    note: 'between scales',
    values: [0.5, 4096, 1e15, 0.001, 2 ** 40, 0.25, 512, 511, 0.1 + 0.2, 7],
  },
  { note: 'between zeros', values: [-0, 0, -0, -0, 0.5, -0, 0, 0] },
])('a series that goes $note arrives bit for bit', ({ values }) => {
  const { block, send } = connection(1)
  for (const value of values) {
    expect(Object.is(send(samplesOnly(block(value))).batch.blocks[0]!.values[0], value)).toBe(true)
  }
})

test('a text that starts with a byte order mark keeps it', () => {
  const { send } = connection(1)
  const documents = [
    { subject: '', timeMs: 0, name: '\ufeffname', keep: 'newest', body: '\ufeff' } as const,
  ]
  expect(send({ blocks: [], events: [], documents }).batch.documents).toStrictEqual(documents)
})
