import type { FieldDeclaration } from '@wardround/protocol/api'
import { expect, test } from 'vitest'
import { formatField } from './format-field.ts'
import { toWords } from './metric-words.ts'

const field = (unit: FieldDeclaration['unit'], more: Partial<FieldDeclaration> = {}) =>
  ({ kind: 'gauge', unit, precision: 1, help: { zh: '值', en: 'Value' }, ...more }) as const

const STATE = field('state', {
  kind: 'state',
  states: { 1: { zh: '在线', en: 'online' }, 2: { zh: '离线', en: 'offline' } },
})

test.each([
  [1, STATE, '在线'],
  [7, STATE, '7'],
  [42.5, field('percent'), '42.5 %'],
  [2048, field('bytes'), '2.0 KiB'],
  [1, field('boolean'), '是'],
  [90, field('seconds'), '90 s'],
  [7200, field('seconds'), '2.0 h'],
  [-172_800, field('seconds'), '-2.0 d'],
  [31.25, field('celsius'), '31.25 °C'],
  [1_234_567, field('count'), '1,234,567'],
  [0.123456, undefined, '0.1235'],
])('%d of %o reads %s', (value, declaration, expected) => {
  expect(formatField(value, declaration, 'zh-CN', 0)).toBe(expected)
})

test('in English too', () => {
  expect(formatField(2, STATE, 'en', 0)).toBe('offline')
  expect(formatField(0, field('boolean'), 'en', 0)).toBe('no')
})

test('a measurement of several probes has the fields of all and the longest interval', () => {
  const probe = (name: string, everySeconds: number, fields: object) =>
    ({
      name,
      everySeconds,
      help: { zh: name, en: name },
      measurements: { net: { identifyingTags: [], fields } },
    }) as never
  const words = toWords([
    probe('host.net', 10, { bytes_recv: field('bytes') }),
    probe('snmp.net', 60, { err_in: field('count') }),
  ])
  expect(words.get('net')).toMatchObject({ everySeconds: 60, help: { en: 'host.net' } })
  expect(Object.keys(words.get('net')?.fields ?? {})).toEqual(['bytes_recv', 'err_in'])
})
