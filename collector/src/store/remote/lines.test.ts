import { Point } from '@influxdata/influxdb-client'
import { makeShape, SeriesTable } from '@wardround/protocol'
import { expect, test } from 'vitest'
import type { Backslash } from './line-text.ts'
import { LineEncoder } from './line-encoder.ts'
import { singleFieldLines } from './single-field-lines.ts'

/** A block with one sample of each series. */
function encodeBlock(
  host: string,
  samples: readonly (readonly [
    measurement: string,
    tags: Record<string, string>,
    field: string,
    value: number,
  ])[],
  {
    suspects = [],
    backslash = 'literal',
  }: { readonly suspects?: readonly string[]; readonly backslash?: Backslash } = {},
) {
  const table = new SeriesTable()
  const series = samples.map(([measurement, tags, field]) =>
    table.intern({ subject: host, ...makeShape(measurement, tags, field, 'gauge') }),
  )
  const encoder = new LineEncoder(table, backslash)
  encoder.suspect(new Set(suspects))
  const lines: string[] = []
  const apart: string[] = []
  encoder.encode(
    {
      subject: host,
      timeMs: 1_700_000_000_123,
      series: Uint32Array.from(series),
      values: Float64Array.from(samples, ([, , , value]) => value),
    },
    { add: (line) => void lines.push(line), addSuspect: (_field, line) => void apart.push(line) },
  )
  return { lines, apart }
}

test('samples of one measurement and set of tags are one line; numbers are floats, tags in order', () => {
  const { lines } = encodeBlock('db1', [
    ['disk', { path: '/data', device: 'sda 1' }, 'used_percent', 71.25],
    ['cpu', { cpu: 'cpu-total' }, 'usage_user', 3],
    ['disk', { path: '/data', device: 'sda 1' }, 'free', 2 ** 53],
  ])
  expect(lines).toEqual([
    String.raw`disk,device=sda\ 1,host=db1,path=/data used_percent=71.25,free=9007199254740992 1700000000123`,
    'cpu,cpu=cpu-total,host=db1 usage_user=3 1700000000123',
  ])
})

test.each([
  'plain',
  'a b,c=d',
  '磁盘 1',
  '🙂=,',
  'two\nlines\ttab\rreturn',
  '"quoted"',
  String.raw`back\slash`,
])('%j is written as the official client writes it', (text) => {
  const { lines } = encodeBlock(text, [[text, { [text]: text }, text, 1.5]])
  const point = new Point(text).tag(text, text).tag('host', text).floatField(text, 1.5)
  expect(lines).toEqual([point.timestamp('1700000000123').toLineProtocol()])
})

test('a store to which two backslashes are one is told each twice', () => {
  const tags = { drive: 'C:\\', share: String.raw`\\host\,a` }
  const { lines } = encodeBlock('w1', [['win', tags, 'free', 1]], { backslash: 'doubled' })
  expect(lines).toEqual([
    String.raw`win,drive=C:\\,host=w1,share=\\\\host\\\,a free=1 1700000000123`,
  ])
})

test('a backslash at the end, which would swallow what follows it, is left out', () => {
  const { lines } = encodeBlock('w1', [['win', { drive: 'C:\\', label: '\\\\' }, 'free', 1]])
  expect(lines).toEqual(['win,drive=C:,host=w1 free=1 1700000000123'])
})

test('fields that the store refuses are lines of their own', () => {
  const { lines, apart } = encodeBlock(
    'db1',
    [
      ['disk', {}, 'used', 1],
      ['disk', {}, 'free', 2],
      ['cpu', {}, 'used', 3],
    ],
    { suspects: ['disk.used'] },
  )
  expect(lines).toEqual(['disk,host=db1 free=2 1700000000123', 'cpu,host=db1 used=3 1700000000123'])
  expect(apart).toEqual(['disk,host=db1 used=1 1700000000123'])
})

test('a line is parted into its fields, escapes or not', () => {
  expect(singleFieldLines(String.raw`a\ b,t=x\,y f\=1=1,g=2 77`)).toEqual([
    { name: 'a b.f=1', line: String.raw`a\ b,t=x\,y f\=1=1 77` },
    { name: 'a b.g', line: String.raw`a\ b,t=x\,y g=2 77` },
  ])
  expect(singleFieldLines('no line')).toEqual([])
})
