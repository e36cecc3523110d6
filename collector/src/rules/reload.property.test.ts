import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RuleEngine } from './engine.ts'
import { rulesFromYaml } from './testing/rules-from-yaml.ts'
import { SampleFeed } from './testing/sample-feed.ts'

const START_MS = Date.UTC(2026, 10, 22, 4)
const EVERY_MS = 10_000

/** A rule that fires after a minute above 80 % and ends after a minute below 70 %. */
function rules(more: { id?: string; above?: number; overrides?: string } = {}) {
  const { id = 'busy', above = 80, overrides = '[]' } = more
  return rulesFromYaml(`rules:
  - id: ${id}
    name: {zh: x, en: x}
    value: cpu.usage_active
    warning: {above: ${above}, for: 1m, clear: {below: 70, for: 1m}}
    overrides: ${overrides}
    summary: {zh: x, en: x}
`)
}

/** An engine whose rules are read again after some samples of a busy host; what it says before, then, and after as many samples again. */
function reloadAfter(count: number, phaseMs: number, after: ReturnType<typeof rules>) {
  const feed = new SampleFeed()
  const before = rules()
  const directory = feed.table
  const engine = new RuleEngine({ rules: before, directory, subjectLabels: () => ({}) })
  let atMs = START_MS + phaseMs
  const hold = (samples: number) =>
    Array.from({ length: samples }).flatMap(() => {
      atMs += EVERY_MS
      const point = { measurement: 'cpu', tags: { cpu: 'x' }, fields: { usage_active: 90 } }
      return engine.accept(feed.batch('db1', atMs, [point]), atMs)
    })
  const first = hold(count)
  const fingerprint = engine.list()[0]?.fingerprint
  const told = engine.replaceRules(after, atMs)
  return { first, told, rest: hold(12), fingerprint, listed: engine.list() }
}

/** Fifty moments before, at and after the first minute. */
const MOMENTS = fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 9_999 }))

describe('rules that are read again at any moment of an alert (A10)', () => {
  test.each([
    { note: 'unchanged', after: rules() },
    { note: 'with another threshold', after: rules({ above: 85 }) },
    {
      note: 'with another threshold of this host',
      after: rules({ overrides: '[{where: {host: db1}, warning: {above: 75, for: 1m}}]' }),
    },
    {
      note: 'with another threshold of other hosts',
      after: rules({ overrides: '[{where: {host: db2}, off: true}]' }),
    },
  ])('$note tell of it once, under one fingerprint', ({ after }) => {
    fc.assert(
      fc.property(MOMENTS, ([count, phaseMs]) => {
        const { first, told, rest, fingerprint, listed } = reloadAfter(count, phaseMs, after)
        expect([...first, ...told, ...rest].map(({ kind }) => kind)).toEqual(['firing'])
        expect(listed.map((alert) => alert.fingerprint)).toEqual([fingerprint])
      }),
      { numRuns: 50 },
    )
  })

  test.each([
    { note: 'without it', after: rules({ id: 'other', above: 99 }), again: [] },
    {
      note: 'with another name for it',
      after: rules({ id: 'renamed' }),
      again: ['firing renamed'],
    },
    {
      note: 'with this host switched off',
      after: rules({ overrides: '[{where: {host: db1}, off: true}]' }),
      again: [],
    },
  ])('$note end what was told, with the reason', ({ after, again }) => {
    fc.assert(
      fc.property(MOMENTS, ([count, phaseMs]) => {
        const { first, told, rest } = reloadAfter(count, phaseMs, after)
        expect(told.map(({ kind, reason }) => `${kind} ${reason}`)).toEqual(
          first.map(() => 'resolved rule'),
        )
        expect(rest.map(({ kind, alert }) => `${kind} ${alert.ruleId}`)).toEqual(again)
      }),
      { numRuns: 50 },
    )
  })
})
