import { expect, test } from 'vitest'
import { ByteWriter } from './byte-writer.ts'
import { PartCache } from './part-cache.ts'
import { encodePart } from './part.ts'

/** Rows that make a part of about a megabyte in memory. */
const ROWS = 130_000

function aPart(cache: PartCache) {
  const times = Float64Array.from({ length: ROWS }, (_, row) => row)
  const columns = { count: 1, values: times, startOf: () => 0 }
  const data = encodePart(new ByteWriter(), times, ROWS, columns, { effort: 'brief' })
  return cache.open(1, data.slice())!
}

test('parts that are used stay while others come and go, and memory is bounded', () => {
  const cache = new PartCache()
  const serial = cache.newSerial()
  const kept = aPart(cache)
  cache.add(serial, 0, kept)
  const ids = Array.from({ length: 100 }, (_, index) => index + 1)
  for (const id of ids) {
    cache.add(serial, id, aPart(cache))
    expect(cache.find(serial, 0)).toBe(kept)
  }
  const found = ids.filter((id) => cache.find(serial, id) !== undefined)
  expect(found.length).toBeGreaterThan(3)
  expect(found.length).toBeLessThan(30)
  expect(found).toContain(100)
})

test('a file that has changed does not get the parts of its state before', () => {
  const cache = new PartCache()
  const before = cache.newSerial()
  cache.add(before, 1, aPart(cache))
  expect(cache.find(cache.newSerial(), 1)).toBeUndefined()
})
