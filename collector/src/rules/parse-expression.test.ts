import { describe, expect, test } from 'vitest'
import { compileCondition, compileNumeric } from './compile-expression.ts'
import { parseCondition, parseNumeric } from './parse-expression.ts'
import { RuleTextError } from './rule-problem.ts'

const CELLS = Float64Array.of(0, 0, 7, 2, 40)
const cellOf = ({ field }: { field: string }) => ['a', 'b', 'file-nr'].indexOf(field)

describe('a numeric expression', () => {
  test.each([
    { text: 'm.a', value: 7 },
    { text: '100 - m.a - m.b', value: 91 },
    { text: '100 − m.a × m.b ÷ 2', value: 93 },
    { text: '(m.a + m.b) * 10', value: 90 },
    { text: '-m.a + m.b', value: -5 },
    { text: '- (m.a - m.b)', value: -5 },
    { text: "m.'file-nr' / m.b", value: 20 },
    { text: 'm."file-nr"', value: 40 },
    { text: '20GB', value: 20e9 },
    { text: '1.5 GiB + m.a', value: 1.5 * 1024 ** 3 + 7 },
    { text: '10m', value: 600 },
    { text: '85%', value: 85 },
    { text: '  2  *  3 ', value: 6 },
  ])('$text gives $value', ({ text, value }) => {
    expect(compileNumeric(parseNumeric(text), cellOf)(CELLS, 2)).toBe(value)
  })

  test.each([
    { text: '', at: 0 },
    { text: 'm.a +', at: 5 },
    { text: 'm.a m.b', at: 4 },
    { text: 'm', at: 1 },
    { text: 'm.', at: 2 },
    { text: '(m.a', at: 4 },
    { text: '20 XB', at: 3 },
    { text: 'm.a ; m.b', at: 4 },
    { text: 'm.a & m.b', at: 4 },
    { text: 'm.a > 3', at: 4 },
    { text: '1 + (m.a > 3)', at: 9 },
    { text: `${'('.repeat(60)}m.a${')'.repeat(60)}`, at: 50 },
    { text: "m.'file-nr", at: 2 },
  ])('$text is refused at $at', ({ text, at }) => {
    expect(() => parseNumeric(text)).toThrow(RuleTextError)
    expect(() => parseNumeric(text)).toThrow(expect.objectContaining({ at }))
  })
})

describe('a condition', () => {
  test.each([
    { text: 'm.a < 8', value: true },
    { text: 'm.a >= 7 and m.b > 2', value: false },
    { text: 'm.a ≥ 7 and m.b ≤ 2', value: true },
    { text: 'm.a > 100 or m.b = 2 and m.a ≠ 0', value: true },
    { text: '(m.a > 100 or m.b == 2) and m.a == 0', value: false },
    { text: 'm.a + m.b > 8 && m.a - m.b < 6', value: true },
    { text: 'm.a != 7 || m.b != 2', value: false },
  ])('$text is $value', ({ text, value }) => {
    expect(compileCondition(parseCondition(text), cellOf)(CELLS, 2)).toBe(value)
  })

  test.each([
    { text: 'm.a', at: 0 },
    { text: 'm.a > 1 and m.b', at: 12 },
    { text: 'm.a < m.b < 3', at: 4 },
    { text: 'and m.a > 1', at: 0 },
  ])('$text is refused at $at', ({ text, at }) => {
    expect(() => parseCondition(text)).toThrow(expect.objectContaining({ at }))
  })
})
