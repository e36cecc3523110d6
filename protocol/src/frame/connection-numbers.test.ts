import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { ConnectionNumbers } from './connection-numbers.ts'

test('each series has the number of its place, whatever the order of the series', () => {
  const series = fc.uniqueArray(fc.nat(3_000), { maxLength: 200 })
  fc.assert(
    fc.property(series, (added) => {
      const numbers = new ConnectionNumbers()
      for (const one of added) numbers.add(one)
      expect(numbers.count).toBe(added.length)
      expect(added.map((one) => numbers.numberOf(one))).toStrictEqual(added.map((_, i) => i))
      expect(added.map((_, i) => numbers.seriesOf(i))).toStrictEqual(added)
      const others = Array.from({ length: 3_001 }, (_, i) => i).filter((i) => !added.includes(i))
      expect(others.every((other) => numbers.numberOf(other) === -1)).toBe(true)
      expect([numbers.seriesOf(added.length), numbers.seriesOf(1e6)]).toStrictEqual([-1, -1])
    }),
  )
})
