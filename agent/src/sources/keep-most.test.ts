import { expect, test } from 'vitest'
import { keepMost } from './keep-most.ts'

const entries = new Map(['a', 'b', 'c', 'd'].map((key, at) => [key, at]))

test.each([
  { used: '', most: 4, kept: 'abcd' },
  { used: '', most: 2, kept: 'cd' },
  { used: 'a', most: 2, kept: 'da' },
  { used: 'abcd', most: 2, kept: 'ab' },
  { used: 'bd', most: 2, kept: 'bd' },
  { used: 'abcd', most: 0, kept: '' },
])('$most, of which $used are in use: $kept', ({ used, most, kept }) => {
  const found = keepMost(entries, (key) => used.includes(key), most)
  expect([...found.keys()].join('')).toBe(kept)
  for (const [key, value] of found) expect(value).toBe(entries.get(key))
})
