import { expect, test } from 'vitest'
import { withinBytes } from './within-bytes.ts'

test('takes all that fits, and stops before a document would be too long', () => {
  expect(withinBytes([{ a: 1 }, { b: 2 }])).toEqual([{ a: 1 }, { b: 2 }])
  const long = Array.from({ length: 500 }, () => ({ name: '证'.repeat(200) }))
  const taken = withinBytes(long)
  expect(Buffer.byteLength(JSON.stringify(taken))).toBeLessThanOrEqual(200_000)
  expect(taken.length).toBeGreaterThan(300)
})
