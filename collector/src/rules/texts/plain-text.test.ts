import { utf8Length } from '@wardround/protocol'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { plainText } from './plain-text.ts'

test.each([
  { note: 'plain words', text: '数据库 db1 (主)', seen: '数据库 db1 (主)' },
  { note: 'ANSI colours', text: '\u001b[31mred\u001b[0m', seen: '\\x1b[31mred\\x1b[0m' },
  { note: 'lines', text: 'a\r\nb\tc\u2028d', seen: 'a\\r\\nb\\tc\\u2028d' },
  { note: 'C1 controls', text: '\u009b31m', seen: '\\x9b31m' },
  { note: 'writing turned around', text: 'a\u202egpj.exe', seen: 'a\\u202egpj.exe' },
  { note: 'half a character', text: 'a\ud83d', seen: 'a\ufffd' },
])('$note', ({ text, seen }) => {
  expect(plainText(text)).toBe(seen)
})

test('64 kB are cut, with an ellipsis and their length', () => {
  const cut = plainText('a'.repeat(65_536))
  expect(cut).toMatch(/^a{900,}…\[65536 B [0-9a-f]{8}\]$/)
  expect(utf8Length(cut)).toBe(1024)
  expect(plainText(`${'a'.repeat(65_535)}b`)).not.toBe(cut)
  expect(plainText('a'.repeat(1024))).toBe('a'.repeat(1024))
})

test('an emoji at the bound is there whole or not at all', () => {
  for (let before = 990; before < 1000; before++) {
    const cut = plainText(`${'a'.repeat(before)}😀😀${'a'.repeat(100)}`)
    expect(cut.isWellFormed()).toBe(true)
    expect(utf8Length(cut)).toBeLessThanOrEqual(1024)
    expect(utf8Length(cut)).toBeGreaterThan(1020)
  }
})

test('whatever it is given, it gives no control character, nothing too long and the same again', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 2000 }),
      fc.integer({ min: 64, max: 600 }),
      (text, max) => {
        const plain = plainText(text, max)
        // oxlint-disable-next-line no-control-regex -- it is these that must not be there
        expect(plain).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e]/)
        expect(utf8Length(plain)).toBeLessThanOrEqual(max)
        expect(plainText(plain, max)).toBe(plain)
      },
    ),
    { numRuns: 10_000 },
  )
})
