import { expect, test } from 'vitest'
import { canonicalTags, checkShape, makeShape, utf8Length } from './shape.ts'

test('tags are put in rising order of their keys, empty and missing ones left out', () => {
  const shape = makeShape(
    'disk',
    { path: '/', device: 'sda', mode: '', x: undefined },
    'used',
    'gauge',
  )
  expect(shape.tags).toStrictEqual([
    ['device', 'sda'],
    ['path', '/'],
  ])
  expect(canonicalTags({ b: '1', B: '2', 盘: '3' })).toStrictEqual([
    ['B', '2'],
    ['b', '1'],
    ['盘', '3'],
  ])
})

const long = 'x'.repeat(257)
test.each([
  {
    note: 'an empty measurement',
    make: () => makeShape('', {}, 'f', 'gauge'),
    error: /measurement is empty/,
  },
  { note: 'an empty field', make: () => makeShape('m', {}, '', 'gauge'), error: /field is empty/ },
  {
    note: 'an empty tag key',
    make: () => makeShape('m', { '': 'v' }, 'f', 'gauge'),
    error: /tag key is empty/,
  },
  {
    note: 'a long field',
    make: () => makeShape('m', {}, long, 'gauge'),
    error: /longer than 256 bytes/,
  },
  {
    note: 'a tag value of 1,025 bytes',
    make: () => makeShape('m', { k: '盘'.repeat(342) }, 'f', 'gauge'),
    error: /longer than 1024/,
  },
  {
    note: 'half a surrogate pair',
    make: () => makeShape('m', { k: '\ud800' }, 'f', 'gauge'),
    error: /well-formed/,
  },
  {
    note: '33 tags',
    make: () =>
      makeShape(
        'm',
        Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`k${i}`, 'v'])),
        'f',
        'gauge',
      ),
    error: /more than 32 tags/,
  },
  {
    note: 'more than 4,096 bytes in all',
    make: () =>
      makeShape(
        'm',
        Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`k${i}`, 'v'.repeat(1_000)])),
        'f',
        'gauge',
      ),
    error: /longer than 4096 bytes/,
  },
])('$note is refused', ({ make, error }) => {
  expect(make).toThrow(error)
})

test('tags out of order or twice are refused', () => {
  const shape = { measurement: 'm', field: 'f', kind: 'gauge' } as const
  expect(() =>
    checkShape({
      ...shape,
      tags: [
        ['b', '1'],
        ['a', '1'],
      ],
    }),
  ).toThrow(/out of order/)
  expect(() =>
    checkShape({
      ...shape,
      tags: [
        ['a', '1'],
        ['a', '2'],
      ],
    }),
  ).toThrow(/twice/)
})

test.each(['', 'abc', 'é', '盘', '😀', 'a😀盘é', '\ud83d', '\ude00x'])(
  'the UTF-8 length of %j is what an encoder writes',
  (text) => {
    expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length)
  },
)
