import { canonicalTags, makeShape, SeriesTable } from '@wardround/protocol'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LineEncoder } from '../store/remote/line-encoder.ts'
import { ANY_HOST, type DecodedSample, LineBench, RECEIVED_AT_MS } from './testing/decode-lines.ts'

/** field=value of all samples of lines about host h. */
function valuesOf(body: string, precision = 'ms'): Record<string, number> {
  const { samples, refusals } = new LineBench().write(body, precision)
  expect(refusals.shown.map(({ error }) => error.message)).toEqual([])
  return Object.fromEntries(samples.map(({ field, value }) => [field, value]))
}

function refusedOf(body: string | Uint8Array): string[] {
  const { samples, refusals } = new LineBench().write(body)
  expect(samples).toEqual([])
  return refusals.shown.map(({ error }) => error.message)
}

test('a line of Telegraf is a sample for each number; its host is the subject, its texts are left out', () => {
  const { samples, texts } = new LineBench().write(
    'disk,device=sda1,fstype=ext4,host=db1,mode=rw,path=/ free=5i,used_percent=12.5,label="a, b=c",inodes=7u 1700000000123\n',
  )
  const disk = {
    host: 'db1',
    measurement: 'disk',
    tags: { device: 'sda1', fstype: 'ext4', mode: 'rw', path: '/' },
    timeMs: 1_700_000_000_123,
  }
  expect(samples).toEqual([
    { ...disk, field: 'free', value: 5 },
    { ...disk, field: 'used_percent', value: 12.5 },
    { ...disk, field: 'inodes', value: 7 },
  ])
  expect(texts).toBe(1)
})

test.each([
  ['0', 0],
  ['-0', -0],
  ['12', 12],
  ['-12.50', -12.5],
  ['.5', 0.5],
  ['5.', 5],
  ['1e3', 1000],
  ['-1.5E-3', -0.0015],
  ['0.1', 0.1],
  ['123456789012345.6', 123456789012345.6],
  ['1.7976931348623157e308', Number.MAX_VALUE],
  ['4.9e-324', 5e-324],
  ['3i', 3],
  ['-3i', -3],
  ['3u', 3],
  ['9223372036854775807i', 2 ** 63],
  ['-9223372036854775808i', -(2 ** 63)],
  ['18446744073709551615u', 2 ** 64],
  ['9007199254740993i', 9007199254740992],
  ['t', 1],
  ['T', 1],
  ['true', 1],
  ['True', 1],
  ['TRUE', 1],
  ['f', 0],
  ['False', 0],
  ['false', 0],
])('the value %s is %d', (text, value) => {
  expect(valuesOf(`m,host=h v=${text} 1`)).toEqual({ v: value })
})

test.each([
  ['n', '1700000000123456789', 1_700_000_000_123],
  ['ns', '1700000000123999999', 1_700_000_000_123],
  ['ns', '999999', 0],
  ['u', '1700000000123456', 1_700_000_000_123],
  ['us', '1700000000123456', 1_700_000_000_123],
  ['ms', '1700000000123', 1_700_000_000_123],
  ['s', '1700000000', 1_700_000_000_000],
  ['m', '28333333', 28_333_333 * 60_000],
  ['h', '472222', 472_222 * 3_600_000],
  ['ns', '', RECEIVED_AT_MS],
])('with precision %s the time %j is %d ms', (precision, text, timeMs) => {
  const { samples } = new LineBench().write(`m,host=h v=1 ${text}`, precision)
  expect(samples.map((sample) => sample.timeMs)).toEqual([timeMs])
})

test('comments, empty lines, line ends of Windows and spaces before and between are no lines', () => {
  const { samples, lines } = new LineBench().write(
    '# a comment\r\n\n  m,host=h v=1 1\r\n\tm,host=h   v=2   2  \n\n#m,host=h v=3 3\nm,host=h v=4 4',
  )
  expect(samples.map(({ value }) => value)).toEqual([1, 2, 4])
  expect(lines).toBe(3)
})

test('commas, spaces and equals signs after a backslash are letters; a backslash before others is itself', () => {
  const { samples } = new LineBench().write(
    String.raw`my\ disk\,x,host=h,path=C:\\Program\ Files\,\=,dir=a\b free\ bytes\,\==1 1`,
  )
  expect(samples).toMatchObject([
    {
      measurement: 'my disk,x',
      tags: { path: String.raw`C:\\Program Files,=`, dir: String.raw`a\b` },
      field: 'free bytes,=',
    },
  ])
})

test('a text may hold quotes, commas, line feeds and what looks like a field', () => {
  const body = 'm,host=h a="x \\" y, b=2\nz",v=1 1\nbad\nm,host=h v=2 2'
  const { samples, refusals, texts } = new LineBench().write(body)
  expect(samples.map(({ value }) => value)).toEqual([1, 2])
  expect(texts).toBe(1)
  expect(refusals.shown).toMatchObject([{ line: 3, text: 'bad' }])
})

test.each([
  ['m', 'missing fields'],
  ['m,host=h', 'missing fields'],
  ['m,host=h ', 'missing fields'],
  [',host=h v=1', 'missing measurement'],
  ['m,=h v=1', 'missing tag key'],
  ['m, v=1', 'missing tag key'],
  ['m,host v=1', 'missing tag value'],
  ['m,host= v=1', 'missing tag value'],
  ['m,host=a=b v=1', 'invalid tag format'],
  ['m,host=h,host=h v=1', 'duplicate tags'],
  ['m,host=h =1', 'missing field key'],
  ['m,host=h v', 'invalid field format'],
  ['m,host=h v=', 'missing field value'],
  ['m,host=h v=,w=1', 'missing field value'],
  ['m,host=h v=1,', 'missing fields'],
  ['m,host=h v=1,w', 'invalid field format'],
  ['m,host=h v=1x', 'invalid number'],
  ['m,host=h v=1.5i', 'invalid number'],
  ['m,host=h v=-', 'invalid number'],
  ['m,host=h v=1e999', 'invalid number'],
  ['m,host=h v=NaN', 'invalid number'],
  ['m,host=h v=Inf', 'invalid boolean'],
  ['m,host=h v=+1', 'invalid boolean'],
  ['m,host=h v=tru', 'invalid boolean'],
  ['m,host=h v=9223372036854775808i', 'invalid number'],
  ['m,host=h v=-1u', 'invalid number'],
  ['m,host=h v=18446744073709551616u', 'invalid number'],
  ['m,host=h v="x', 'unbalanced quotes'],
  ['m,host=h v=1 12x', 'bad timestamp'],
  ['m,host=h v=1 1 2', 'bad timestamp'],
  ['m,host=h v=1 -', 'bad timestamp'],
  ['m,host=h v=1 99999999999999999999', 'bad timestamp'],
])('%j is refused: %s', (line, words) => {
  expect(refusedOf(line)).toEqual([words])
})

test('a name that is not UTF-8, such as one in GBK, is refused', () => {
  const gbk = Buffer.concat([
    Buffer.from('m,host='),
    Buffer.from([0xd6, 0xf7]),
    Buffer.from(' v=1 1'),
  ])
  expect(refusedOf(gbk)).toEqual(['invalid UTF-8'])
})

describe('limits of names', () => {
  test.each([
    ['a tag value', `m,host=h,t=${'x'.repeat(1_025)} v=1 1`],
    ['a tag key', `m,host=h,${'x'.repeat(257)}=1 v=1 1`],
    ['a measurement', `${'x'.repeat(257)},host=h v=1 1`],
    ['a field', `m,host=h ${'x'.repeat(257)}=1 1`],
    ['too many tags', `m,host=h${Array.from({ length: 33 }, (_, i) => `,t${i}=1`).join('')} v=1 1`],
  ])('%s that is too long is refused, the next line is not', (_what, line) => {
    const { samples, refusals } = new LineBench().write(`${line}\nm,host=h v=2 2`)
    expect(samples.map(({ value }) => value)).toEqual([2])
    expect(refusals.shown).toMatchObject([{ error: { code: 'shape' } }])
  })
})

test('series over the limit of a host are refused, those it has go on', () => {
  const bench = new LineBench(ANY_HOST, { seriesPerSubject: 2, seriesPerAgent: 100 })
  bench.write('m,host=h a=1,b=2 1')
  const { samples, refusals } = bench.write(
    'm,host=h c=3 2\nm,host=h a=4,b=5 2\nm,host=other c=6 2',
  )
  expect(samples.map(({ value }) => value)).toEqual([4, 5, 6])
  expect(refusals.shown).toMatchObject([{ error: { code: 'series-limit' } }])
})

test('what has not come for two sweeps makes room; what has is in use', () => {
  const bench = new LineBench(ANY_HOST, { seriesPerSubject: 100, seriesPerAgent: 2 })
  bench.write('m,host=a a=1,b=2 1')
  const full = () => bench.write('m,host=b c=1 2').refusals.count
  expect(full()).toBe(1)
  expect(bench.sweep()).toBe(2)
  bench.write('m,host=a a=1,b=2 3')
  expect(bench.sweep()).toBe(2)
  expect(full()).toBe(1)
  expect(bench.sweep()).toBe(0)
  expect(full()).toBe(0)
})

test('fields over the limit of a token are refused, texts among them', () => {
  const bench = new LineBench(ANY_HOST, { seriesPerSubject: 100, seriesPerAgent: 3 })
  const { samples, refusals } = bench.write('m,host=a a=1,b="x" 1\nm,host=b a=1 1\nm,host=c a=1 1')
  expect(samples.map(({ host }) => host)).toEqual(['a', 'b'])
  expect(refusals.shown).toMatchObject([{ error: { code: 'series-limit' } }])
})

test('a line without host is about the one host of its token, else refused', () => {
  const one = new LineBench({ ...ANY_HOST, hosts: ['web1'] })
  expect(one.write('m v=1 1').samples).toMatchObject([{ host: 'web1' }])
  expect(new LineBench().write('m v=1 1').refusals.shown).toMatchObject([
    { error: { code: 'host' } },
  ])
})

test('lines of one host and time are one block, and the same list again is the same array', () => {
  const bench = new LineBench()
  const lines = (timeMs: number) =>
    `a,host=h v=1,w=2 ${timeMs}\nb,host=h v=3 ${timeMs}\na,host=other v=4 ${timeMs}\n`
  const first = bench.write(lines(1) + lines(2)).batches
  expect(first.map(({ host, blocks }) => [host, blocks.map(({ values }) => [...values])])).toEqual([
    [
      'h',
      [
        [1, 2, 3],
        [1, 2, 3],
      ],
    ],
    ['other', [[4], [4]]],
  ])
  const [again] = bench.write(lines(3)).batches
  expect(again?.blocks[0]?.series).toBe(first[0]?.blocks[0]?.series)
  expect(first[0]?.blocks[1]?.series).toBe(first[0]?.blocks[0]?.series)
})

test('a block of more samples than a batch holds is several', () => {
  const fields = Array.from({ length: 4_000 }, (_, i) => `f${i}=${i}`).join(',')
  const body = Array.from({ length: 10 }, (_, i) => `m${i},host=h ${fields} 1`).join('\n')
  const bench = new LineBench(ANY_HOST, { seriesPerSubject: 100_000, seriesPerAgent: 100_000 })
  const { batches } = bench.write(body)
  expect(batches.map(({ samples }) => samples)).toEqual([32_768, 7_232])
})

test('fields may come in any order, and be left out: the same ones are the same list', () => {
  const bench = new LineBench()
  bench.write('m,host=h a=1,b=2,c=3,d=4,e=5,f=6,g=7 1')
  const { samples } = bench.write('m,host=h g=1,a=2 2\nm,host=h c=3,zz=4,b=5 3')
  expect(samples.map(({ field, value }) => [field, value])).toEqual([
    ['a', 2],
    ['g', 1],
    ['b', 5],
    ['c', 3],
    ['zz', 4],
  ])
  const listOf = (fields: string) =>
    bench.write(`m,host=h ${fields} 4`).batches[0]?.blocks[0]?.series
  expect(listOf('c=1,g=2,a=3')).toBe(listOf('a=3,c=1,g=2'))
})

const LETTERS = ['a', 'b', 'c', ' ', ',', '=', '"', '#', '磁', '盘', '🙂', '.', '-', '_']

const name = fc
  .string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(...LETTERS) })
  // the beginning of a comment, and what is no part of a line
  .filter((text) => text.trim() === text && !text.startsWith('#'))

test('what the encoder writes comes back as it was', () => {
  const sample = fc.record({
    measurement: name,
    tags: fc.dictionary(
      name.filter((key) => !['host', 'project', 'role'].includes(key)),
      name,
      { maxKeys: 4 },
    ),
    field: name,
    value: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    timeMs: fc.integer({ min: 0, max: 2 ** 42 }),
  })
  fc.assert(
    fc.property(fc.array(sample, { minLength: 1, maxLength: 20 }), (samples) => {
      const table = new SeriesTable()
      const encoder = new LineEncoder(table, 'literal')
      const lines: string[] = []
      for (const { measurement, tags, field, value, timeMs } of samples) {
        const shape = makeShape(measurement, tags, field, 'gauge')
        const series = Uint32Array.of(table.intern({ subject: 'db1', ...shape }))
        const sink = { add: (line: string) => void lines.push(line), addSuspect: () => undefined }
        encoder.encode({ subject: 'db1', timeMs, series, values: Float64Array.of(value) }, sink)
      }
      const back = new LineBench().write(lines.join('\n'))
      expect(back.refusals.shown).toEqual([])
      const expected = samples.map((its) => ({ host: 'db1', ...its, tags: { ...its.tags } }))
      expect(sorted(back.samples)).toEqual(sorted(expected))
    }),
  )
})

function sorted(samples: readonly DecodedSample[]): string[] {
  return samples
    .map(({ host, measurement, tags, field, timeMs, value }) =>
      JSON.stringify([host, measurement, canonicalTags(tags), field, timeMs, value]),
    )
    .toSorted((a, b) => (a < b ? -1 : 1))
}

test('any bytes end in samples or refusals, never in a fault, and never lose the lines around them', () => {
  const junk = fc
    .uint8Array({ maxLength: 60 })
    .map((bytes) => bytes.filter((byte) => byte !== 0x0a && byte !== 0x22 && byte !== 0x5c))
  fc.assert(
    fc.property(junk, (bytes) => {
      const body = Buffer.concat([
        Buffer.from('m,host=h v=1 1\n'),
        bytes,
        Buffer.from('\nm,host=h v=2 2\n'),
      ])
      const values = new LineBench().write(body).samples.map(({ value }) => value)
      expect(values.at(0)).toBe(1)
      expect(values.at(-1)).toBe(2)
    }),
  )
})
