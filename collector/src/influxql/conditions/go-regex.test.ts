import { toRe2 } from '@wardround/query'
import { describe, expect, test } from 'vitest'
import { fromGoRegex, RegexRefused } from './go-regex.ts'

/** As the store tests a value: the whole of it, `.` being every character. */
function matches(source: string, value: string): boolean {
  return new RegExp(`^(?:${fromGoRegex(source)})$`, 'su').test(value)
}

describe('as Go finds it in a value', () => {
  test.each([
    ['db', 'mydb1', true],
    ['^db', 'mydb1', false],
    ['^db', 'db1', true],
    ['b1$', 'db1', true],
    ['^a|b$', 'ax', true],
    ['^a|b$', 'xb', true],
    ['^a|b$', 'xax', false],
    ['^(a|b)$', 'ab', false],
    ['', 'anything', true],
    ['a.c', 'a\nc', false],
    ['(?s)a.c', 'a\nc', true],
    ['^(?s:a.c)$', 'a\nc', true],
    ['(?i)dB[a-c]', 'xDBB', true],
    ['(?i)[^a]', 'A', false],
    ['(?i:a)b', 'AB', false],
    [String.raw`^\x{2f}\x41$`, '/A', true],
    [String.raw`^\Qa.b\E+$`, 'a.bb', true],
    [String.raw`\Aa\z`, 'a', true],
    ['^[[:alpha:]_]+$', 'a_B', true],
    ['^[[:digit:]]$', 'x', false],
    [String.raw`^\pL\p{Han}$`, 'x数', true],
    [String.raw`^[\s]$`, '\v', false],
    [String.raw`^\S\-\"\%$`, 'x-"%', true],
    ['^[]x]$', ']', true],
    ['^a{2,3}}$', 'aaa}', true],
    ['^(?P<name>a)(?<other>b)$', 'ab', true],
    [String.raw`^(健康\|城市)$`, '健康|城市', true],
  ])('%s in %j: %s', (source, value, expected) => {
    expect(matches(source, value)).toBe(expected)
    // Other stores can be asked the same.
    expect(() => toRe2(fromGoRegex(source))).not.toThrow()
  })
})

test.each([
  ['(?U)a+', '(?U)'],
  ['(?=a)', '(?='],
  [String.raw`\C`, String.raw`\C`],
  [String.raw`(a)\1`, String.raw`\1`],
  ['[[:nothing:]]', '[:nothing:]'],
])('%s is refused for its %s', (source, part) => {
  expect(() => fromGoRegex(source)).toThrow(RegexRefused)
  expect(() => fromGoRegex(source)).toThrow(part)
})

test.each(['(a+)+', '(?:x*y)*', '((a|b+)c){2,}', '(a*)*?'])(
  '%s could take for ever and is refused',
  (source) => {
    expect(() => fromGoRegex(source)).toThrow(RegexRefused)
  },
)
