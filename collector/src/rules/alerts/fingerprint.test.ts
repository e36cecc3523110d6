import { expect, test } from 'vitest'
import { labelFingerprint } from './fingerprint.ts'

test('the fingerprint is the one that Alertmanager 0.25 gave for the same labels', () => {
  const labels = { site: 'bj', alertname: 'TablespaceFull', severity: 'critical', instance: 'ora1' }
  expect(labelFingerprint(labels)).toBe('86b2340650a10712')
})

test('no labels give the offset basis of FNV-1a, and a text counts by its UTF-8 bytes', () => {
  expect(labelFingerprint({})).toBe('cbf29ce484222325')
  expect(labelFingerprint({ host: '数据库' })).not.toBe(labelFingerprint({ host: '数据厍' }))
})

test('it is always 16 digits', () => {
  for (let number = 0; number < 2000; number++)
    expect(labelFingerprint({ n: String(number) })).toMatch(/^[0-9a-f]{16}$/)
})
