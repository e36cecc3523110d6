import fc from 'fast-check'
import { expect, test } from 'vitest'

import { LastLines } from './last-lines.ts'

const lastOf = (...pieces: string[]) => {
  const lines = new LastLines()
  for (const piece of pieces) lines.add(Buffer.from(piece))
  return lines.text()
}

test('the last twenty lines, whatever came before', () => {
  const all = Array.from({ length: 5_000 }, (_, at) => `line ${at}\n`)
  expect(lastOf(...all).split('\n')).toEqual(all.slice(-20).map((line) => line.trimEnd()))
})

test('progress that was overwritten, colours and bells are left out', () => {
  expect(lastOf('10 %\r50 %\r', '100 %\r\n', '\u001B[31merror\u001B[0m: no space\u0007\n')).toBe(
    '100 %\nerror: no space',
  )
})

test('is short and printable whatever came', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40_000 }), { maxLength: 3 }), (pieces) => {
      const lines = new LastLines()
      for (const piece of pieces) lines.add(Buffer.from(piece))
      const text = lines.text()
      expect(text.length).toBeLessThanOrEqual(2_000)
      expect(text).not.toMatch(/[^\P{Cc}\n\t]/u)
    }),
    { numRuns: 50 },
  )
})
