import { expect, test } from 'vitest'
import { roundingTo } from './rounding.ts'

test.each([
  { precision: 0.01, value: 12.344999, expected: 12.34, note: 'to hundredths' },
  { precision: 0.01, value: 0.1 + 0.2, expected: 0.3, note: 'gives the nearest double' },
  { precision: 0.001, value: 1234.5678, expected: 1234.568, note: 'to thousandths' },
  { precision: 0.1, value: 99.95, expected: 100, note: 'up' },
  { precision: 1, value: 2.5, expected: 3, note: 'to whole numbers' },
  { precision: 1, value: 2 ** 60, expected: 2 ** 60, note: 'leaves large integers' },
  { precision: 10, value: 123, expected: 120, note: 'to tens' },
  {
    precision: 0.01,
    value: 1e300,
    expected: 1e300,
    note: 'leaves what has nothing behind the point',
  },
  { precision: 0.01, value: -0.001, expected: 0, note: 'gives no negative zero' },
  { precision: 1, value: -0, expected: 0, note: 'gives no negative zero for whole numbers' },
  {
    precision: 0,
    value: 1.23456,
    expected: 1.23456,
    note: 'leaves everything where no precision is declared',
  },
])('rounding to $precision: $note', ({ precision, value, expected }) => {
  expect(roundingTo(precision)(value)).toBe(expected)
})
