import { describe, expect, test } from 'vitest'
import { ABSENCE, problemsOf, ruleText } from '../testing/rule-problems.ts'

test('rules about missing points are taken', () => {
  expect(problemsOf(ruleText(ABSENCE))).toEqual([])
  expect(problemsOf(ruleText({ ...ABSENCE, noData: 'disk.free', staleAfter: '30d' }))).toEqual([])
})

describe('a rule about missing points is refused for', () => {
  test.each([
    {
      note: 'an unknown measurement',
      changes: { noData: 'dsk' },
      problem: 'noData@0: unknown measurement "dsk" (disk?)',
    },
    {
      note: 'an unknown field',
      changes: { noData: 'disk.fre' },
      problem: 'noData@5: "disk" has no field "fre" (free?)',
    },
    {
      note: 'a time that is shorter than three intervals of the probe that comes oftenest',
      changes: { warning: '{for: 20s}' },
      problem: 'warning.for@0: shorter than 3 intervals of 10 s',
    },
    {
      note: 'a time that is shorter than three intervals of the seldomest field, where no probe gives all',
      changes: { noData: 'pg_database', where: '{}', warning: '{for: 20m}' },
      problem: 'warning.for@0: shorter than 3 intervals of 600 s',
    },
    {
      note: 'no time',
      changes: { warning: '{}' },
      problem: 'warning.for@0: shorter than 3 intervals of 10 s',
    },
    {
      note: 'a severer level that is due no later',
      changes: { critical: '{for: 5m}' },
      problem: `critical.for@0: not longer than the milder level's`,
    },
    {
      note: 'a bound',
      changes: { warning: '{for: 5m, above: 3}' },
      problem: 'warning.above@0: a level of noData has only for and clear',
    },
    {
      note: 'a clear by time',
      changes: { warning: '{for: 5m, clear: {for: 5m}}' },
      problem: 'warning.clear.for@0: clear of noData has only samples',
    },
    {
      note: 'a value beside it',
      changes: { value: 'disk.free' },
      problem: `value@0: doesn't go with noData`,
    },
    {
      note: 'a tag that is not there',
      changes: { where: '{patch: /}' },
      problem: 'where.patch@0: "disk" has no tag "patch" (path?)',
    },
    {
      note: 'a descriptive tag in its text, which nobody knows of what is gone',
      changes: { summary: '{zh: "{{mode}}", en: ok}' },
      problem: 'summary.zh@2: unknown name "mode" in the template',
    },
    {
      note: 'no severity',
      changes: { warning: undefined },
      problem: '@0: there is no severity',
    },
  ])('$note', ({ changes, problem }) => {
    expect(problemsOf(ruleText({ ...ABSENCE, ...changes }))).toEqual([
      expect.stringContaining(problem),
    ])
  })

  test('one too many of the same points', () => {
    const texts = Array.from({ length: 32 }, (_, at) => ruleText({ ...ABSENCE, id: `gone_${at}` }))
    expect(problemsOf(...texts)).toEqual(['noData@0: more than 31 rules watch for the same points'])
  })
})
