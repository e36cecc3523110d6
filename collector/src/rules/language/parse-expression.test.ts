import { describe, expect, test } from 'vitest'
import { compileCondition, compileNumeric } from './compile-expression.ts'
import { readName, type ReadNode } from './expression.ts'
import { parseCondition, parseNumeric } from './parse-expression.ts'
import { RuleTextError } from '../rule-problem.ts'

const CELLS = Float64Array.of(0, 0, 7, 2, 40, 3)
const cellOf = (read: ReadNode) =>
  ['m.a', 'm.b', 'm.file-nr', 'rate(m.a,600s)'].indexOf(readName(read))

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
    { text: 'rate(m.a, 10m) * 2', value: 6 },
    { text: '-rate( m.a ， 600s )', value: -3 },
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
    { text: 'rat(m.a)', at: 0 },
    { text: 'rate(', at: 5 },
    { text: 'rate(m.a', at: 8 },
    { text: 'rate(m.a + m.b)', at: 9 },
    { text: 'rate(m.a, m.b)', at: 10 },
    { text: 'rate(m.a, 10)', at: 10 },
    { text: 'rate(m.a, 10m, 5m)', at: 15 },
    { text: 'rate(rate(m.a))', at: 5 },
    { text: 'increase(m.a)', at: 9 },
    { text: 'baseline(m.a, 7d)', at: 14 },
    { text: 'timeTo(m.a, 24h)', at: 7 },
    { text: 'timeTo(m.a, m.a + 1, 24h)', at: 16 },
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
    { text: 'rate(m.a, 10m) > 2 and rate(m.a,600s) < 4', value: true },
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
