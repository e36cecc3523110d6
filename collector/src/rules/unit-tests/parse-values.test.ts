import { expect, test } from 'vitest'
import { RuleTextError } from '../rule-problem.ts'
import { MAX_STEPS, parseValues } from './parse-values.ts'

test.each([
  { text: '1 -2 0.5e9', values: [1, -2, 0.5e9] },
  { text: '7*3 _*2 _ .5', values: [7, 7, 7, undefined, undefined, undefined, 0.5] },
  { text: '0..90*4', values: [0, 30, 60, 90] },
  { text: '  1.5..-0.5*3\n 2', values: [1.5, 0.5, -0.5, 2] },
  { text: '5*0', values: [] },
  { text: '', values: [] },
])('$text is $values', ({ text, values }) => {
  expect(parseValues(text)).toEqual(values)
})

test.each([
  { text: '1 2x3', at: 2 },
  { text: '1 0x3', at: 2 },
  { text: '1 5*', at: 2 },
  { text: '5*-1', at: 0 },
  { text: '1..2', at: 0 },
  { text: '1..2*1', at: 0 },
  { text: '1..x*5', at: 0 },
  { text: '1 1 ..5*2', at: 4 },
  { text: 'Infinity', at: 0 },
  { text: '1e999', at: 0 },
  { text: '_..5*2', at: 0 },
])('$text is refused at $at', ({ text, at }) => {
  const thrown = thrownBy(() => parseValues(text))
  expect(thrown?.at).toBe(at)
  expect(thrown?.what.zh).toContain('无法解析')
})

test('more values than any test needs are refused before they are made', () => {
  expect(thrownBy(() => parseValues('1 2*999999999'))?.what.en).toBe(
    `more than ${MAX_STEPS} values; a longer "every" needs fewer`,
  )
})

function thrownBy(read: () => unknown): RuleTextError | undefined {
  try {
    read()
  } catch (error) {
    if (error instanceof RuleTextError) return error
    throw error
  }
  return undefined
}
