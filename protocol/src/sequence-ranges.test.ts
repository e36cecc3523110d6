import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { SequenceRanges } from './sequence-ranges.ts'

test.each([
  { note: 'in order', adds: [1, 2, 3], ranges: [[1, 3]] },
  { note: 'out of order', adds: [3, 1, 2], ranges: [[1, 3]] },
  {
    note: 'with a gap',
    adds: [1, 3, 5],
    ranges: [
      [1, 1],
      [3, 3],
      [5, 5],
    ],
  },
  {
    note: 'a range that joins several',
    adds: [1, 3, 5, 9, [2, 6]],
    ranges: [
      [1, 6],
      [9, 9],
    ],
  },
  {
    note: 'a range inside another',
    adds: [
      [1, 9],
      [3, 4],
    ],
    ranges: [[1, 9]],
  },
] as const)('sequences $note give the fewest ranges', ({ adds, ranges }) => {
  const set = new SequenceRanges()
  for (const add of adds) {
    if (typeof add === 'number') set.add(add)
    else set.add(add[0], add[1])
  }
  expect(set.toJSON()).toStrictEqual(ranges)
})

test('it is the set that a set of numbers would be', () => {
  const range = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 8 }))
  fc.assert(
    fc.property(fc.array(range, { maxLength: 40 }), (ranges) => {
      const set = new SequenceRanges()
      const model = new Set<number>()
      for (const [from, more] of ranges) {
        const before = model.size
        for (let sequence = from; sequence <= from + more; sequence++) model.add(sequence)
        expect(set.add(from, from + more)).toBe(model.size > before)
      }
      for (let sequence = 0; sequence <= 70; sequence++)
        expect(set.has(sequence)).toBe(model.has(sequence))
      expect(set.count).toBe(model.size)
      expect(set.highest).toBe(Math.max(0, ...model))
      const bounds = set.toJSON().flat()
      expect(
        bounds.every((bound, i) => i === 0 || bound >= bounds[i - 1]! + (i % 2 === 0 ? 2 : 0)),
      ).toBe(true)
      expect(new SequenceRanges(set).toJSON()).toStrictEqual(set.toJSON())
    }),
  )
})

test('merging adds all of another set', () => {
  const set = new SequenceRanges([
    [1, 3],
    [7, 9],
  ])
  set.merge(
    new SequenceRanges([
      [4, 4],
      [20, 30],
    ]),
  )
  expect(JSON.stringify(set)).toBe('[[1,4],[7,9],[20,30]]')
  expect(set.length).toBe(3)
})

test.each([
  [0, 1],
  [2, 1],
  [1.5, 2],
  [1, 2 ** 53],
  [-1, 3],
  [Number.NaN, 1],
])('%d–%d is refused', (from, to) => {
  expect(() => new SequenceRanges([[from, to]])).toThrow(/no range/)
})
