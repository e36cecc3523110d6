import { describe, expect, test } from 'vitest'
import { counter64Of, hexOf, integerOf, textOf } from './snmp-value.ts'

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'))

describe('integerOf', () => {
  test.each([
    [5, 5],
    [-2147483648, -2147483648],
    [7n, 7],
    [2n ** 60n, undefined],
    [bytes('05'), undefined],
    ['1.3', undefined],
    [undefined, undefined],
  ])('%o is %s', (value, expected) => expect(integerOf(value)).toBe(expected))
})

describe('counter64Of', () => {
  test.each([
    [bytes('0000000000000102'), 258],
    [bytes('8000000000000000'), undefined],
    [bytes('0102'), undefined],
    [18446744073709551615n, 18446744073709552000],
    [4294967295, 4294967295],
    [-1, undefined],
    [undefined, undefined],
  ])('%o is %s', (value, expected) => expect(counter64Of(value)).toBe(expected))
})

describe('textOf', () => {
  test.each([
    [Buffer.from('  SLOT #0: TEMP #1 \0\0'), 'SLOT #0: TEMP #1'],
    [Buffer.from('a\r\nb'), 'a b'],
    [bytes('b4c5c5cc'), '磁盘'],
    [Buffer.from('   '), undefined],
    ['10.0.0.1', '10.0.0.1'],
    [5, undefined],
    [undefined, undefined],
  ])('%o is %j', (value, expected) => expect(textOf(value)).toBe(expected))

  test('is cut', () => expect(textOf(Buffer.from('x'.repeat(300)))).toHaveLength(256))

  test('is cut without leaving half a character', () => {
    expect(textOf(Buffer.from('ab😀'), 3)?.isWellFormed()).toBe(true)
  })
})

test('hexOf writes a WWN', () => {
  expect(hexOf(bytes('1000 0005 1e36 05b0'.replaceAll(' ', '')))).toBe('10:00:00:05:1e:36:05:b0')
  expect(hexOf(new Uint8Array())).toBeUndefined()
})
