import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { NumberSet } from './number-set.ts'

test('it is the set that a set of numbers would be', () => {
  const range = fc.tuple(fc.nat(5_000), fc.integer({ min: 1, max: 100 }))
  fc.assert(
    fc.property(fc.array(range, { maxLength: 20 }), range, (ranges, [first, length]) => {
      const set = new NumberSet()
      const model = new Set<number>()
      const within = (from: number, count: number) =>
        Array.from({ length: count }, (_, i) => from + i)
      for (const [from, count] of ranges) {
        set.addRange(from, count)
        for (const number of within(from, count)) model.add(number)
      }
      for (const [from, count] of [...ranges, [first, length] as const]) {
        expect(set.hasRange(from, count)).toBe(
          within(from, count).every((number) => model.has(number)),
        )
        expect(set.has(from + count)).toBe(model.has(from + count))
      }
    }),
  )
})
