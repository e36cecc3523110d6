import fc from 'fast-check'
import { RE2JS } from 're2js'
import { describe, expect, test } from 'vitest'
import { compileRule } from './compile-rule.ts'
import { toGb18030 } from './gb18030-bytes.ts'
import { makeLineFilter } from './line-filter.ts'
import type { LogEncoding } from './log-text.ts'

function literalsOf(match: string, ignoreCase = false): readonly string[] | undefined {
  return compileRule(RE2JS, { name: 'x', match, ignoreCase }).literals
}

test.each<[string, boolean, readonly string[] | undefined]>([
  ['I/O error.*dev (?<device>\\w+)', false, ['I/O error']],
  ['EXT4-fs error|XFS .*shutdown', false, ['EXT4-fs error', 'shutdown']],
  ['(foo|bar)bazaar', false, ['bazaar']],
  ['(foo|barometer)x?', false, ['foo', 'barometer']],
  ['Out of Memory', true, ['out of memory']],
  ['(?i)panic', false, undefined],
  ['[Ee]rror: \\d+', false, ['rror: ']],
  ['严重错误', false, ['严重错误']],
  ['naïve mistake', false, ['ve mistake']],
  ['a.*b', false, undefined],
  ['\\d+ \\w+', false, undefined],
  ['fatal|.*', false, undefined],
  ['(fatal)?', false, undefined],
  ['(fatal){2,3}', false, ['fatal']],
  ['(fatal){0,3}', false, undefined],
  ['x{1000}', false, undefined],
])('of %s (case ignored: %s) is %j', (match, ignoreCase, literals) => {
  expect(literalsOf(match, ignoreCase)).toEqual(literals)
})

describe('a filter for lines', () => {
  const passes = (match: string, line: string | Buffer, encoding: LogEncoding = 'auto') => {
    const filter = makeLineFilter(
      [compileRule(RE2JS, { name: 'x', match, ignoreCase: true })],
      encoding,
    )
    const bytes = Buffer.from(line)
    return filter?.(bytes, 0, bytes.length)
  }

  test('there is none where a rule has no literal', () => {
    expect(passes('\\d+', 'x')).toBeUndefined()
  })

  test.each<[string, string | Buffer, LogEncoding, boolean]>([
    ['out of memory', 'xx OUT of Memory xx', 'auto', true],
    ['out of memory', 'out of memor', 'auto', false],
    ['disk', 'di\u017f\u212a', 'auto', true],
    ['disk', Buffer.from([0x64, 0x69, 0x81, 0x30, 0x97, 0x37, 0x6b]), 'gb18030', true],
    ['严重', '级别：严重', 'auto', true],
    ['严重', Buffer.from([0xd1, 0xcf, 0xd6, 0xd8]), 'auto', true],
    ['严重', Buffer.from([0xd1, 0xcf, 0xd6, 0xd8]), 'gbk', true],
    ['严重', Buffer.from([0xd1, 0xcf, 0xd6, 0xd8]), 'utf-8', false],
  ])('%s in %s as %s: %s', (match, line, encoding, expected) => {
    expect(passes(match, line, encoding)).toBe(expected)
  })
})

test('the bytes of every Chinese character are those that are decoded to it', () => {
  const decoder = new TextDecoder('gb18030')
  for (let code = 0x4e00; code <= 0x9fa5; code++) {
    const text = String.fromCharCode(code)
    expect(decoder.decode(toGb18030(`a${text}`))).toBe(`a${text}`)
  }
  expect(toGb18030('é')).toBeUndefined()
})

/** Pieces of expressions that are written the same way for RE2 and for V8, made of few letters so that lines match. */
const LETTERS = ['a', 'b', 'K', 's', ' ', '严']
const atom = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .array(fc.constantFrom(...LETTERS), { minLength: 1, maxLength: 5 })
      .map((all) => all.join('')),
  },
  { weight: 1, arbitrary: fc.constantFrom('.', '[ab]', '[^a]', '\\w', '\\b', '^', '$', '.*', 'ſ') },
)
const pattern: fc.Arbitrary<string> = fc.letrec<{ expression: string; part: string }>((tie) => ({
  part: fc.oneof(
    { weight: 6, arbitrary: atom },
    { weight: 1, arbitrary: tie('expression').map((text) => `(?:${text})`) },
    { weight: 1, arbitrary: tie('expression').map((text) => `(?:${text})?`) },
    { weight: 1, arbitrary: tie('expression').map((text) => `(?:${text})*`) },
    { weight: 1, arbitrary: tie('expression').map((text) => `(?:${text}){1,2}`) },
    { weight: 1, arbitrary: tie('expression').map((text) => `(?:${text})+`) },
  ),
  expression: fc.oneof(
    { maxDepth: 4 },
    fc.array(tie('part'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')),
    fc.tuple(tie('part'), tie('part')).map(([one, other]) => `${one}|${other}`),
  ),
})).expression
const line = fc
  .array(fc.constantFrom(...LETTERS, 'A', 'k', 'S', '\u212a', 'ſ', 'é'), { maxLength: 30 })
  .map((all) => all.join(''))

test(
  'no line is passed over that the expression matches, by RE2 and by V8',
  { timeout: 60_000 },
  () => {
    let matches = 0
    let passedOver = 0
    fc.assert(
      fc.property(
        pattern,
        fc.array(line, { minLength: 5, maxLength: 20 }),
        fc.boolean(),
        (match, lines, ignoreCase) => {
          const rule = compileRule(RE2JS, { name: 'x', match, ignoreCase })
          const bare = RE2JS.compile(match, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0)
          const native = new RegExp(match, ignoreCase ? 'iu' : 'u')
          const filter = makeLineFilter([rule], 'utf-8')
          for (const text of lines) {
            const bytes = Buffer.from(text)
            const isWanted = filter?.(bytes, 0, bytes.length) ?? true
            const isMatch = bare.test(text)
            if (isMatch) matches++
            if (!isWanted) passedOver++
            expect(isMatch && !isWanted, `${match} in ${text}`).toBe(false)
            expect(rule.matches({ offset: 0, lines: [text] }), `${match} in ${text}`).toBe(isMatch)
            // V8's \w and \b take the long s for a letter where case is ignored.
            if (!/\\[wb]/.test(match))
              expect(native.test(text), `${match} in ${text}`).toBe(isMatch)
          }
        },
      ),
      { numRuns: 2_000 },
    )
    expect(matches).toBeGreaterThan(1_000)
    expect(passedOver).toBeGreaterThan(1_000)
  },
)
