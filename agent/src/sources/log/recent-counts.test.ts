import { expect, test } from 'vitest'
import { addRecent, takeRecent } from './recent-counts.ts'

const MINUTE_MS = 60_000

test('counts what the last ten minutes had, and forgets it then', () => {
  const counts = new Map([['rule a', 3]])
  addRecent(counts, 'a', 0)
  addRecent(counts, 'a', 59_999)
  addRecent(counts, 'a\nb', 5 * MINUTE_MS)
  expect(takeRecent(counts, 5 * MINUTE_MS)).toEqual(
    new Map([
      ['a', 2],
      ['a\nb', 1],
    ]),
  )
  expect(takeRecent(counts, 10 * MINUTE_MS - 1).get('a')).toBe(2)
  expect(takeRecent(counts, 10 * MINUTE_MS)).toEqual(new Map([['a\nb', 1]]))
  expect(takeRecent(counts, 15 * MINUTE_MS)).toEqual(new Map())
  expect(counts).toEqual(new Map([['rule a', 3]]))
})

test('a clock that was set back leaves nothing that stays for hours', () => {
  const counts = new Map<string, number>()
  addRecent(counts, 'a', 100 * MINUTE_MS)
  expect(takeRecent(counts, 40 * MINUTE_MS)).toEqual(new Map())
  expect(takeRecent(counts, 101 * MINUTE_MS)).toEqual(new Map())
})
