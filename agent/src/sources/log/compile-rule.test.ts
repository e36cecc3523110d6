import { RE2JS } from 're2js'
import { describe, expect, test } from 'vitest'
import { compileRule, RuleError, type RuleText } from './compile-rule.ts'

const compile = (text: Partial<RuleText>) =>
  compileRule(RE2JS, { name: 'rule', match: 'x', ...text })
const record = (...lines: string[]) => ({ offset: 0, lines })

describe('a rule', () => {
  test('finds its expression in any line of a record, and not what is excepted', () => {
    const rule = compile({ match: 'I/O error', except: 'dev (?:fd0|sr\\d)' })
    expect(rule.matches(record('x', 'blk_update_request: I/O error, dev sdb, sector 1'))).toBe(true)
    expect(rule.matches(record('I/O error, dev sr0, sector 1'))).toBe(false)
    expect(rule.matches(record('i/o error'))).toBe(false)
  })

  test('regards no case where it is told so, in what it excepts neither', () => {
    const rule = compile({ match: 'error', except: 'test', ignoreCase: true })
    expect(rule.matches(record('An ERROR'))).toBe(true)
    expect(rule.matches(record('An ERROR of a TEST'))).toBe(false)
  })

  test('tells what its named groups hold', () => {
    const rule = compile({ match: 'dev (?<device>\\w+)(?:, sector (?<sector>\\d+))?' })
    expect(rule.groupsOf?.(record('dev sdb'))).toEqual({ device: 'sdb' })
    expect(rule.groupsOf?.(record('-', 'dev sdb, sector 7'))).toEqual({
      device: 'sdb',
      sector: '7',
    })
    expect(compile({ match: 'dev (\\w+)' })).not.toHaveProperty('groupsOf')
  })

  test('is a warning unless it says otherwise', () => {
    expect(compile({})).toMatchObject({ severity: 'warning' })
    expect(compile({ severity: 'critical', atLeast: 5 })).toMatchObject({
      severity: 'critical',
      atLeast: 5,
    })
  })
})

test.each<[Partial<RuleText>, RuleError['part'], string]>([
  [{ match: 'foo(?<=a)b' }, 'match', 'at character 4, (?<=a)b: RE2 has no look-behind'],
  [{ match: 'foo(?<!a)b' }, 'match', 'RE2 has no look-behind'],
  [{ match: 'foo(?=a)' }, 'match', 'at character 4, (?=: RE2 has no look-ahead'],
  [{ match: 'foo(?!a)' }, 'match', 'RE2 has no look-ahead'],
  [{ match: '(a)\\1' }, 'match', 'at character 4, \\1: RE2 has no back-references'],
  [{ match: '(?>a)' }, 'match', 'RE2 has no atomic groups'],
  [{ match: 'a++' }, 'match', 'RE2 has no possessive'],
  [{ match: '[z' }, 'match', 'at character 1, [z: missing closing ]'],
  [{ match: '(a' }, 'match', 'missing closing )'],
  [{ match: 'a{2000}' }, 'match', 'invalid repeat count'],
  [{ match: '(?:abcdefghij){400}' }, 'match', 'too large'],
  [{ match: 'x'.repeat(2_001) }, 'match', 'longer than 2000'],
  [{ except: '(' }, 'except', 'missing closing )'],
  [{ match: '(?<a>x)', counted: ['b'] }, 'counted', 'no group named b'],
])('%j is refused', (text, part, message) => {
  expect(() => compile(text)).toThrow(RuleError)
  try {
    compile(text)
  } catch (error) {
    expect(error).toMatchObject({ part, message: expect.stringContaining(message) })
  }
})

test.each(['(a', 'a)', '[z', '[z-a]', '*a', 'a{2000}', 'a\\', '\\y', '(?<->a)', '(?<a>x)(?<a>y)'])(
  '%s is refused in Chinese, too',
  (match) => {
    try {
      compile({ match })
      expect.unreachable()
    } catch (error) {
      expect(error).toMatchObject({ zh: expect.not.stringMatching(/[a-z]{5}/) })
    }
  },
)

test('an expression that hangs other engines takes no time', () => {
  const rule = compile({ match: '^(?:a+)+$' })
  expect(rule.matches(record(`${'a'.repeat(50_000)}!`))).toBe(false)
})
