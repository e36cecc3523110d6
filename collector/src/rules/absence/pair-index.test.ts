import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PairIndex } from './pair-index.ts'

const PAIRS = fc.array(fc.tuple(fc.nat({ max: 40 }), fc.nat({ max: 4_000_000 })), {
  maxLength: 400,
})

test('a pair has one number for ever, and no two have the same', () => {
  fc.assert(
    fc.property(PAIRS, (pairs) => {
      const index = new PairIndex()
      const model = new Map<string, number>()
      for (const [first, second] of [...pairs, ...pairs]) {
        const key = `${first} ${second}`
        if (!model.has(key)) model.set(key, model.size)
        const number = index.intern(first, second)
        expect(number).toBe(model.get(key))
        expect([index.firstOf(number), index.secondOf(number)]).toEqual([first, second])
      }
      expect(index.size).toBe(model.size)
    }),
  )
})
