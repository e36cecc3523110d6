import fc from 'fast-check'
import { expect, test } from 'vitest'

import { cutToJsonBytes } from './cut-to-json-bytes.ts'

test.each([
  { text: 'short', most: 100, kept: 'short' },
  { text: '"'.repeat(100), most: 22, kept: '"'.repeat(10) },
  { text: '电源故障', most: 8, kept: '电源' },
  { text: 'x', most: 2, kept: '' },
])('$text in $most bytes', ({ text, most, kept }) => {
  expect(cutToJsonBytes(text, most)).toBe(kept)
})

test('fits whatever it is, and loses no more than it must', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.integer({ min: 2, max: 500 }),
      (text, most) => {
        const kept = cutToJsonBytes(text.toWellFormed(), most)
        // half a character that was cut becomes one of three bytes
        expect(Buffer.byteLength(JSON.stringify(kept))).toBeLessThanOrEqual(most + 6)
        if (Buffer.byteLength(JSON.stringify(text.toWellFormed())) <= most)
          expect(kept).toBe(text.toWellFormed())
      },
    ),
  )
})
