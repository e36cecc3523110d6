import { expect, test } from 'vitest'
import type { FieldLook } from './field-look.ts'
import { sayValue } from './say-value.ts'

const LOOK: FieldLook = {
  displayName: undefined,
  unit: 'none',
  steps: [],
  mappings: new Map([['3', { text: '失败', color: 'red' }]]),
  isColouredCell: false,
}

test.each([
  ['percent', 95.04, '95%'],
  ['bytes', 3 * 1024 ** 3, '3 GiB'],
  ['short', 1_234_567, '1.23 Mil'],
  ['s', 90_000, '1.04 d'],
  ['ms', 1_500, '1.5 s'],
  ['ms', 0.25, '250 µs'],
  ['suffix: 天', 12, '12 天'],
  ['none', 0, '0'],
  ['celsius', -4.5, '-4.5 °C'],
])('%s %d is %s', (unit, value, said) => {
  expect(sayValue({ ...LOOK, unit }, value)).toBe(said)
})

test('a state has its own word', () => {
  expect(sayValue(LOOK, 3)).toBe('失败')
})
