import { expect, test } from 'vitest'
import { matchesWildcard } from './matches-wildcard.ts'

test.each([
  ['a.crt', '*.crt', true],
  ['a.crt.old', '*.crt', false],
  ['', '*', true],
  ['', '?', false],
  ['abc', 'a?c', true],
  ['aXbXc', 'a*b*c', true],
  ['ab', 'a*b*c', false],
  ['[x]', '[x]', true],
])('%j against %j: %s', (name, pattern, matches) => {
  expect(matchesWildcard(name, pattern)).toBe(matches)
})

test('many stars take no time', () => {
  expect(matchesWildcard('a'.repeat(5_000), `${'*a'.repeat(50)}*b`)).toBe(false)
})
