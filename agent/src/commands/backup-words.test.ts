import fc from 'fast-check'
import { expect, test } from 'vitest'

import { readText, readTime } from './backup-words.ts'

const NOW = Date.UTC(2026, 10, 22)

test.each([
  ['2026-11-21T02:30:00+08:00', Date.UTC(2026, 10, 20, 18, 30)],
  ['2026-11-21T02:30:00Z', Date.UTC(2026, 10, 21, 2, 30)],
  ['2026-11-21 02:30', new Date('2026-11-21T02:30:00').getTime()],
  [' 2026-11-21 ', new Date('2026-11-21T00:00:00').getTime()],
])('%s', (text, ms) => {
  expect(readTime(text, '--taken', NOW, 'en')).toBe(ms)
})

test.each([
  '',
  'yesterday',
  '2026-13-01',
  '2026-02-31',
  '2026-11-21 25:00',
  '21/11/2026',
  '1795305600',
])('refuses %j as a time, with an example', (text) => {
  expect(() => readTime(text, '--taken', NOW, 'en')).toThrow('2026-11-22 02:30')
  expect(() => readTime(text, '--taken', NOW, 'zh-CN')).toThrow('不是时间')
})

test('a time that is still to come is refused', () => {
  expect(() => readTime('2026-11-24', '--taken', NOW, 'en')).toThrow('still to come')
})

test.each(['', '   ', 'x'.repeat(257), 'a\nb', 'a\u001b[31mb'])('refuses %j as a text', (text) => {
  expect(() => readText(text, '--note', 'en')).toThrow('--note takes 1 to 256 printable characters')
})

test('whatever is written is a time or a plain refusal', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        expect(Number.isFinite(readTime(text, '--taken', NOW, 'en'))).toBe(true)
      } catch (error) {
        expect(error).toHaveProperty('exitCode', 2)
      }
    }),
  )
})
