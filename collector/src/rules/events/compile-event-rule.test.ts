import { describe, expect, test } from 'vitest'
import { EVENT, problemsOf, ruleText } from '../testing/rule-problems.ts'

test('rules about events are taken', () => {
  expect(problemsOf(ruleText(EVENT))).toEqual([])
})

describe('a rule about events is refused for', () => {
  test.each([
    {
      note: 'an unknown kind',
      changes: { event: '{kind: trp}' },
      problem: 'event.kind@0: unknown kind of event "trp" (trap?)',
    },
    {
      note: 'a member that such events have not',
      changes: { event: '{kind: trap, where: {rule: x}}' },
      problem: 'event.where.rule@0: events of this kind have no "rule" (rules?)',
    },
    {
      note: 'a regular expression that back-tracks',
      changes: { event: '{kind: trap, where: {text: "~(a+)+"}}' },
      problem: 'event.where.text@1: back-tracks',
    },
    {
      note: 'a regular expression that can not be read',
      changes: { event: '{kind: trap, where: {text: "~("}}' },
      problem: "event.where.text@1: can't be read",
    },
    {
      note: 'a tag of the body outside event.where',
      changes: { where: '{trap: x}' },
      problem: 'where.trap@0: events have no tag "trap"',
    },
    {
      note: 'no window',
      changes: { warning: '{atLeast: 1}' },
      problem: 'warning.window@0: window is missing or 0',
    },
    {
      note: 'no number of events',
      changes: { warning: '{window: 10m}' },
      problem: 'warning.atLeast@0: atLeast is no number of events',
    },
    {
      note: 'a number of events with a unit',
      changes: { warning: '{atLeast: 5%, window: 10m}' },
      problem: 'warning.atLeast@0: atLeast is no number of events',
    },
    {
      note: 'a for',
      changes: { warning: '{atLeast: 1, window: 10m, for: 5m}' },
      problem: 'warning.for@0: a level of event has only atLeast, window and clear',
    },
    {
      note: 'a clear by number',
      changes: { warning: '{atLeast: 1, window: 10m, clear: {below: 1}}' },
      problem: 'warning.clear.below@0: clear of event has only for',
    },
    {
      note: 'a severer level that takes no more',
      changes: { critical: '{atLeast: 1, window: 10m}' },
      problem: `critical.atLeast@0: not more than the milder level's`,
    },
    {
      note: 'an unknown member in its text',
      changes: { summary: '{zh: "{{event.tetx}}", en: ok}' },
      problem: 'summary.zh@2: unknown name "event.tetx" in the template (event.text?)',
    },
  ])('$note', ({ changes, problem }) => {
    expect(problemsOf(ruleText({ ...EVENT, ...changes }))).toEqual([
      expect.stringContaining(problem),
    ])
  })
})
