import { describe, expect, test } from 'vitest'

import { ProbeError } from './probe.ts'
import { booleanOf, flagOf, numberOf, percentOf, placeOf, textOf, timeOf } from './row.ts'

describe('numbers', () => {
  test.each([
    { value: 7, number: 7 },
    { value: '7.25', number: 7.25 },
    { value: 7n, number: 7 },
    { value: '-1e3', number: -1000 },
    { value: '9007199254740993', number: 9007199254740992 },
    { value: 2n ** 63n, number: 2 ** 63 },
    { value: null, number: undefined },
  ])('$value is $number', ({ value, number }) => {
    expect(numberOf({ n: value }, 'n')).toBe(number)
  })

  test.each([['UNLIMITED'], [''], [' '], [Number.NaN], [Infinity], [{}], [true]])(
    '%o is none, and the column is named',
    (value) => {
      expect(() => numberOf({ BYTES: value }, 'BYTES')).toThrow(ProbeError)
      expect(() => numberOf({ BYTES: value }, 'BYTES')).toThrow(
        /column BYTES is .*expected a number/,
      )
    },
  )

  test('a column that is not there is named', () => {
    expect(() => numberOf({ bytes: 1 }, 'BYTES')).toThrow('the answer has no column BYTES')
  })
})

test('texts lose the padding of CHAR columns', () => {
  expect(textOf({ t: 'OPEN   ' }, 't')).toBe('OPEN')
  expect(textOf({ t: null }, 't')).toBeUndefined()
  expect(textOf({ t: 19 }, 't')).toBe('19')
  expect(() => textOf({ t: {} }, 't')).toThrow('column t is {}, expected a text')
})

test.each([
  { value: true, expected: true },
  { value: 'YES ', expected: true },
  { value: 'OFF', expected: false },
  { value: 0, expected: false },
  { value: null, expected: undefined },
])('$value as a truth value is $expected', ({ value, expected }) => {
  expect(booleanOf({ b: value }, 'b')).toBe(expected)
  expect(flagOf({ b: value }, 'b')).toBe(expected === undefined ? undefined : Number(expected))
})

test('what is neither yes nor no is refused', () => {
  expect(() => booleanOf({ b: 'maybe' }, 'b')).toThrow('expected yes or no')
})

test('times are dates', () => {
  expect(timeOf({ t: new Date(5) }, 't')).toBe(5)
  expect(timeOf({ t: null }, 't')).toBeUndefined()
  expect(() => timeOf({ t: '2026-11-22' }, 't')).toThrow('expected a date')
  expect(() => timeOf({ t: new Date(Number.NaN) }, 't')).toThrow('expected a date')
})

test('percentages need both and a whole', () => {
  expect(percentOf(1, 4)).toBe(25)
  expect(percentOf(undefined, 4)).toBeUndefined()
  expect(percentOf(1, 0)).toBeUndefined()
})

test('words are numbered from 1, 0 is another word', () => {
  expect(placeOf(['STARTED', 'OPEN'], 'OPEN')).toBe(2)
  expect(placeOf(['STARTED', 'OPEN'], 'NEW')).toBe(0)
  expect(placeOf(['STARTED'], undefined)).toBeUndefined()
})

test('what is wrong is said in both languages', () => {
  expect(() => numberOf({}, 'BYTES')).toThrow(
    expect.objectContaining({
      text: { zh: '应答中没有列 BYTES', en: 'the answer has no column BYTES' },
    }),
  )
  expect(() => numberOf({ BYTES: 'x' }, 'BYTES')).toThrow(
    expect.objectContaining({
      text: { zh: '列 BYTES 的值为 "x"，应为数字', en: 'column BYTES is "x", expected a number' },
    }),
  )
})
