import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RuleStateRow, Transition } from './alert.ts'
import { RuleEngine } from './engine.ts'
import { alertId } from './alerts/live-alert.ts'
import { rulesFromYaml } from './testing/rules-from-yaml.ts'
import { SampleFeed } from './testing/sample-feed.ts'

const TEXT = `
    summary: {zh: x, en: x}`
const rule = (id: string, rest: string) => `
  - id: ${id}
    name: {zh: x, en: x}
${rest}${TEXT}`

const CPU = rule(
  'cpu',
  `    value: cpu.usage_active
    info: {above: 50, clear: {below: 40, for: 20s}}
    warning: {above: 80, for: 20s, clear: {below: 70, for: 10s}}
    critical: {above: 90, or: cpu.usage_user > 95, for: 10s, clear: {below: 85, for: 0s}}`,
)
const OFFLINE = rule(
  'offline',
  '    noData: agent\n    critical: {for: 1m, clear: {heartbeats: 2}}',
)
const RULE_SETS = [
  `rules:${CPU}${OFFLINE}`,
  `rules:${CPU.replace('above: 80', 'above: 75')}${OFFLINE}`,
  `rules:${CPU.replace(/ +critical:.*\n/, '')}`,
  `rules:${OFFLINE}`,
].map((text) => rulesFromYaml(text))

type Step =
  | { readonly do: 'sample'; readonly host: number; readonly value: number; readonly user: number }
  | { readonly do: 'late'; readonly host: number; readonly value: number }
  | { readonly do: 'wait'; readonly seconds: number }
  | { readonly do: 'step clock'; readonly seconds: number }
  | { readonly do: 'restart'; readonly seconds: number }
  | { readonly do: 'rules'; readonly set: number }

const host = fc.integer({ min: 0, max: 2 })
const value = fc.constantFrom(10, 45, 60, 75, 82, 88, 95)
const steps = fc.array(
  fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({
        do: fc.constant('sample'),
        host,
        value,
        user: fc.constantFrom(0, 99),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('late'), host, value }) },
    {
      weight: 5,
      arbitrary: fc.record({ do: fc.constant('wait'), seconds: fc.constantFrom(5, 10, 30, 400) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('step clock'),
        seconds: fc.constantFrom(-3600, 3600),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('restart'), seconds: fc.constantFrom(0, 60, 7200) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('rules'), set: fc.integer({ min: 0, max: 3 }) }),
    },
  ),
  { maxLength: 120 },
) as fc.Arbitrary<Step[]>

/** Runs the steps; every transition, in order. State survives a restart as of the last transition, as the collector saves it. */
function play(script: readonly Step[]): { transitions: Transition[]; engine: RuleEngine } {
  const feed = new SampleFeed()
  const rows = new Map<string, RuleStateRow>()
  const transitions: Transition[] = []
  let rules = RULE_SETS[0]!
  let atMs = 1.7e12
  let clockMs = 0
  const open = () => new RuleEngine({ rules, directory: feed.table, subjectLabels: () => ({}) })
  let engine = open()
  const note = (made: readonly Transition[]) => {
    transitions.push(...made)
    const { put, remove } = engine.takeChanges(atMs)
    for (const row of remove) rows.delete(alertId(row))
    for (const row of put) rows.set(alertId(row), row)
  }
  for (const step of script) {
    if (step.do === 'wait') atMs += step.seconds * 1000
    else if (step.do === 'step clock') clockMs += step.seconds * 1000
    else if (step.do === 'rules') {
      rules = RULE_SETS[step.set]!
      note(engine.replaceRules(rules, atMs))
    } else if (step.do === 'restart') {
      atMs += step.seconds * 1000
      engine = open()
      const downMs = step.seconds * 1000
      note(engine.restore([...rows.values()], { atMs, downMs }).transitions)
    } else {
      const fields = { usage_active: step.value, usage_user: step.do === 'sample' ? step.user : 0 }
      const point = { measurement: 'cpu', tags: { cpu: 'cpu-total' }, fields }
      const late = step.do === 'late'
      const timeMs = atMs + clockMs - (late ? 86_400_000 : 0)
      note(engine.accept(feed.batch(`host${step.host}`, timeMs, [point], { late }), atMs))
    }
    note(engine.tick(atMs))
  }
  return { transitions, engine }
}

test('for every alert firing comes first, then changes of severity, then resolved, and again', () => {
  fc.assert(
    fc.property(steps, (script) => {
      const { transitions, engine } = play(script)
      const firing = new Map<string, Transition>()
      for (const transition of transitions) {
        const { kind, alert, before } = transition
        const known = firing.get(alertId(alert))
        expect(known === undefined).toBe(kind === 'firing')
        if (known !== undefined) {
          expect(alert.startsAtMs).toBe(known.alert.startsAtMs)
          const ended = kind === 'severity' ? before : alert
          expect(ended?.fingerprint).toBe(known.alert.fingerprint)
          expect(ended?.endsAtMs).toBeGreaterThanOrEqual(known.alert.severitySinceMs)
          if (kind === 'severity') expect(alert.severity).not.toBe(known.alert.severity)
        }
        if (kind === 'resolved') firing.delete(alertId(alert))
        else firing.set(alertId(alert), transition)
      }
      const listed = engine.list().filter(({ phase }) => phase !== 'pending')
      expect(listed.map(alertId).sort()).toEqual([...firing.keys()].sort())
    }),
    { numRuns: 300 },
  )
})

test('what is saved at every moment is enough for the alerts of values to go on exactly so', () => {
  fc.assert(
    fc.property(steps, (script) => {
      // Silence is saved in steps of its own; a gap, or a sample of the same time, is not told from a restart.
      const still = script
        .filter((step) => ['sample', 'late', 'rules'].includes(step.do))
        .flatMap((step) => [step, { do: 'wait', seconds: 10 } as const])
      const restarted = still.flatMap((step) => [step, { do: 'restart', seconds: 0 } as const])
      const tell = ({ transitions }: ReturnType<typeof play>) =>
        transitions
          .filter(({ alert }) => alert.ruleId === 'cpu')
          .map(({ kind, atMs, alert }) => [kind, atMs, alertId(alert), alert.fingerprint])
      expect(tell(play(restarted))).toEqual(tell(play(still)))
    }),
    { numRuns: 100 },
  )
})
