import { expect, test } from 'vitest'
import { SeriesTable } from './series-table.ts'
import { makeShape } from './shape.ts'

const load1 = makeShape('system', {}, 'load1', 'gauge')
const busy = makeShape('cpu', { cpu: 'cpu0' }, 'usage_active', 'gauge')

test('a series keeps the number that it was given first', () => {
  const table = new SeriesTable()
  expect(table.intern({ subject: 'a', ...load1 })).toBe(0)
  expect(table.intern({ subject: 'a', ...busy })).toBe(1)
  expect(table.intern({ subject: 'b', ...load1 })).toBe(2)
  expect(table.intern({ subject: 'a', ...busy })).toBe(1)
  expect(table.size).toBe(3)
  expect(['a', 'b', 'c'].map((subject) => table.countOf(table.findSubject(subject)))).toEqual([
    2, 1, 0,
  ])
  expect(table.definitionOf(2)).toStrictEqual({ subject: 'b', ...load1 })
  expect([table.subjectCount, table.shapeCount]).toStrictEqual([2, 2])
})

test.each([
  { note: 'measurement', other: makeShape('cpux', { cpu: 'cpu0' }, 'usage_active', 'gauge') },
  { note: 'field', other: makeShape('cpu', { cpu: 'cpu0' }, 'usage_idle', 'gauge') },
  { note: 'kind', other: makeShape('cpu', { cpu: 'cpu0' }, 'usage_active', 'counter') },
  { note: 'tag value', other: makeShape('cpu', { cpu: 'cpu1' }, 'usage_active', 'gauge') },
  { note: 'tag key', other: makeShape('cpu', { cpv: 'cpu0' }, 'usage_active', 'gauge') },
  {
    note: 'number of tags',
    other: makeShape('cpu', { cpu: 'cpu0', x: 'y' }, 'usage_active', 'gauge'),
  },
])('another $note is another shape', ({ other }) => {
  const table = new SeriesTable()
  expect(table.internShape(busy)).toBe(0)
  expect(table.internShape(other)).toBe(1)
})

test('what was never interned is found nowhere and named by no number', () => {
  const table = new SeriesTable()
  const series = table.intern({ subject: 'a', ...load1 })
  expect(table.findPair(table.subjectIdOf(series), table.shapeIdOf(series))).toBe(series)
  expect(table.findPair(0, table.internShape(busy))).toBe(-1)
  expect(table.findSubject('b')).toBe(-1)
  expect(() => table.subjectOf(1)).toThrow(RangeError)
  expect(() => table.shapeOf(-1)).toThrow(RangeError)
  expect(() => table.shape(2)).toThrow(RangeError)
  expect(() => table.internPair(0, 2)).toThrow(RangeError)
})

test('many hosts share their shapes, and every number leads back to its series', () => {
  const table = new SeriesTable()
  const hosts = 300
  const shapeIds = Array.from({ length: 400 }, (_, i) =>
    table.internShape(makeShape('m', { i: String(i % 100) }, `f${Math.floor(i / 100)}`, 'gauge')),
  )
  for (let host = 0; host < hosts; host++) {
    const subject = table.internSubject(`host-${host}`)
    for (const shapeId of shapeIds) table.internPair(subject, shapeId)
  }
  expect(table.size).toBe(hosts * 400)
  expect(table.shapeCount).toBe(400)
  expect(table.subjectOf(123_456 - 400 * 100)).toBe('host-208')
  const again = table.internPair(table.findSubject('host-299'), shapeIds[399]!)
  expect(again).toBe(hosts * 400 - 1)
})

test('a caller that changes its shape afterwards does not change the table', () => {
  const table = new SeriesTable()
  const tags: [string, string][] = [['cpu', 'cpu0']]
  const id = table.internShape({ measurement: 'cpu', tags, field: 'x', kind: 'gauge' })
  tags[0]![1] = 'changed'
  expect(table.shape(id).tags).toStrictEqual([['cpu', 'cpu0']])
})

test('names outside the limits are refused and not kept', () => {
  const table = new SeriesTable()
  expect(() => table.intern({ subject: 'h'.repeat(257), ...load1 })).toThrow(/Subject/)
  expect(() => table.internShape({ ...load1, field: '' })).toThrow(/field is empty/)
  expect([table.size, table.subjectCount, table.shapeCount]).toStrictEqual([0, 0, 0])
})
