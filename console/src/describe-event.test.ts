import { expect, test } from 'vitest'
import { describeEvent } from './describe-event.ts'

test.each([
  [
    { file: '/var/log/messages', rules: ['oom'], text: 'Out of memory' },
    'file: /var/log/messages · rules: ["oom"] · Out of memory',
  ],
  [{ name: 'eve' }, 'name: eve'],
  [{ holder: null, name: 'x' }, 'holder:  · name: x'],
  ['plain', 'plain'],
  [null, ''],
])('%o reads %s', (body, expected) => {
  expect(describeEvent(body)).toBe(expected)
})

test('is cut', () => expect(describeEvent({ text: 'x'.repeat(1000) })).toHaveLength(401))
