import { expect, test } from 'vitest'
import { toWildcard } from './to-wildcard.ts'

test.each([
  ['a.crt', '*.crt', true],
  ['a.crt.old', '*.crt', false],
  ['', '*', true],
  ['', '?', false],
  ['abc', 'a?c', true],
  ['备份', '备?', true],
  ['𠮷.dmp', '?.dmp', true],
  ['aXbXc', 'a*b*c', true],
  ['ab', 'a*b*c', false],
  ['ab', 'ab**', true],
  ['[x]', '[x]', true],
  ['x', '[x]', false],
  ['a\nb', 'a?b', true],
])('%j against %j: %s', (name, pattern, matches) => {
  expect(toWildcard(pattern)(name)).toBe(matches)
})

test.each([
  ['x', '[x]', true],
  ['full_7.dmp', 'full_[0-9].dmp', true],
  ['full_7.dmp', 'full_[!0-9].dmp', false],
  ['b', '[!a]', true],
  ['^', '[^]', true],
  ['b', '[^a]', false],
  ['b', '[z-a]', false],
  ['[]', '[]', true],
  ['[a', '[a', true],
  ['a1b22', 'a[0-9]*[0-9]', true],
])('%j against %j with classes: %s', (name, pattern, matches) => {
  expect(toWildcard(pattern, true)(name)).toBe(matches)
})

test('many stars take no time', () => {
  expect(toWildcard(`${'*a'.repeat(50)}*b`)('a'.repeat(5_000))).toBe(false)
  expect(toWildcard(`${'*[a]'.repeat(50)}*b`, true)('a'.repeat(5_000))).toBe(false)
})
