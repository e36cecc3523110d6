import { expect, test } from 'vitest'
import { ABSENCE, EVENT, problemsOf, ruleText } from '../testing/rule-problems.ts'

test.each([
  ['1h', []],
  ['never', []],
  ['59s', ['repeatEvery@0: 59s is too short']],
])('repeatEvery: %s', (repeatEvery, problems) => {
  for (const rule of [{}, ABSENCE, EVENT])
    expect(problemsOf(ruleText({ ...rule, repeatEvery }))).toEqual(problems)
})
