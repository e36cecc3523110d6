import { expect, test } from 'vitest'
import { NotInRe2, quoteRe2, toRe2 } from './to-re2.ts'

test.each([
  ['db[0-9]+', 'db[0-9]+'],
  ['(?<name>a|b)', '(?:a|b)'],
  ['\\u4e2d\\x41\\u{1F600}', '\\x{4e2d}\\x{41}\\x{1F600}'],
  ['a\\sb', 'a[\\s\\v\\p{Z}\\x{feff}]b'],
  ['[\\s,]', '[\\s\\v\\p{Z}\\x{feff},]'],
  ['\\S', '[^\\s\\v\\p{Z}\\x{feff}]'],
  ['[[:alpha:]]', '[\\[:alpha:]]'],
  ['[a\\]b]', '[a\\]b]'],
  ['[\\b]', '[\\x{8}]'],
  ['a\nb', 'a\\x{a}b'],
  ['\\p{Script=Han}', '\\p{Han}'],
  ['C:\\\\data\\/x', 'C:\\\\data\\/x'],
  ['a{2,1000}?', 'a{2,1000}?'],
  ['{x}', '{x}'],
  ['(?i:a)', '(?i:a)'],
])('%j is %j', (source, expected) => expect(toRe2(source)).toBe(expected))

test.each([
  ['(?=a)', '(?='],
  ['(?!a)', '(?!'],
  ['(?<=a)', '(?<='],
  ['(?<!a)', '(?<!'],
  ['(a)\\1', '\\1'],
  ['(?<n>a)\\k<n>', '\\k'],
  ['[]', '[]'],
  ['[^]', '[^]'],
  ['[\\S]', '\\S'],
  ['\\cA', '\\c'],
  ['\\Aa', '\\A'],
  ['\\Qa', '\\Q'],
  ['\\0', '\\0'],
  ['a{1001}', '{1001}'],
])('%j is refused for %j', (source, part) => {
  expect(() => toRe2(source)).toThrow(NotInRe2)
  expect(() => toRe2(source)).toThrow(part)
})

test('what is quoted means itself', () => {
  const text = String.raw`a.b*c+d?(e)|[f]{g}^$\h`
  expect(new RegExp(`^${quoteRe2(text)}$`).test(text)).toBe(true)
})
