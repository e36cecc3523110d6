import { expect, test } from 'vitest'
import { jsonDepth, parseJsonText } from './json-text.ts'
import { MAX_JSON_DEPTH } from './limits.ts'

test.each([
  ['1', 0],
  ['[]', 1],
  ['{"a":[{}]}', 3],
  ['"[[[["', 0],
  [String.raw`["\"[[", "\\", {}]`, 2],
  [String.raw`"\\\\\"[["`, 0],
  ['"unclosed [[[', 0],
  ['[[]', 2],
] as const)('%s is nested %d deep', (text, depth) => {
  expect(jsonDepth(text)).toBe(depth)
})

test('nesting is allowed up to the limit and no further', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
  expect(jsonDepth(JSON.stringify(parseJsonText(nested(MAX_JSON_DEPTH))))).toBe(MAX_JSON_DEPTH)
  expect(() => parseJsonText(nested(MAX_JSON_DEPTH + 1))).toThrow(SyntaxError)
  expect(() => parseJsonText('['.repeat(200_000))).toThrow(SyntaxError)
})

test.each([
  '{"__proto__":{"admin":true},"a":1}',
  String.raw`{"\u005f_proto__":{"admin":true},"a":1}`,
  '{"a":1,"b":[{"__proto__":[1]}]}',
])('a member __proto__ is dropped from %s', (text) => {
  const value = parseJsonText(text)
  expect(value).toMatchObject({ a: 1 })
  expect(JSON.stringify(value)).not.toContain('__proto__')
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
})
