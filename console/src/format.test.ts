import { expect, test } from 'vitest'
import { formatBytes, formatCount, formatPercent, formatTime } from './format.ts'

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1536, '1.5 KiB'],
  [123 * 1024 ** 3, '123 GiB'],
  [-2048, '-2.0 KiB'],
])('%d bytes read %s', (bytes, expected) => {
  expect(formatBytes(bytes)).toBe(expected)
})

test.each([
  [0, '0 %'],
  [42.123, '42.1 %'],
  [100, '100 %'],
])('%d percent reads %s', (percent, expected) => {
  expect(formatPercent(percent)).toBe(expected)
})

test.each([
  [7, '7'],
  [0.5, '0.50'],
  [12_345, '12.3k'],
  [3_200_000, '3.2M'],
])('a count of %d reads %s', (value, expected) => {
  expect(formatCount(value)).toBe(expected)
})

test('a time of another day carries its date', () => {
  const time = new Date(2026, 10, 22, 9, 5, 7).getTime()
  expect(formatTime(time, time + 1000)).toBe('09:05:07')
  expect(formatTime(time, time + 86_400_000)).toBe('2026-11-22 09:05:07')
})
