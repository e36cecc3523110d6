import { globSync, readFileSync } from 'node:fs'
import { checkYaml } from '@wardround/program'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CLAUSES_FILE, defaultPackDirectory } from '../../configuration/read-rules.ts'
import { toClauseBook } from '../../rules/clause-book.ts'
import { ClauseFile } from '../../rules/clauses.ts'
import { RuleFile } from '../../rules/rule-schema.ts'
import { EngineBench } from '../../rules/testing/engine-bench.ts'
import { catalogue, rulesFromYaml } from '../../rules/testing/rules-from-yaml.ts'
import { Simulator } from './testing/simulator.ts'

// Row A9: the rules of the default pack, and the dispatcher with its own timers, in virtual time.

const STEP_SECONDS = 10
const STEPS_OF_HOUR = 3600 / STEP_SECONDS
/** Longer than any of these rules waits before it fires. */
const STEPS_UNTIL_FIRED = STEPS_OF_HOUR

const readPackFile = (file: string) => readFileSync(`${defaultPackDirectory()}${file}`, 'utf8')
const { clauses } = toClauseBook([
  checkYaml(ClauseFile, { file: CLAUSES_FILE, text: readPackFile(CLAUSES_FILE) }),
])

/** A level of a rule on one field, with a number that raises and a lower one that clears. */
interface Threshold {
  readonly rule: string
  readonly severity: string
  readonly file: string
  readonly field: string
  readonly tags: Readonly<Record<string, string>>
  readonly raises: number
  readonly clears: number
}

function thresholdsOf(file: string): Threshold[] {
  const { rules } = checkYaml(RuleFile, { file, text: readPackFile(file) }).value
  return rules.flatMap(({ id, value: field = '', where, warning, critical }) => {
    const tags = Object.entries(where).flatMap(([tag, wanted]) =>
      typeof wanted === 'string' && /^\w+$/.test(wanted) ? [[tag, wanted] as const] : [],
    )
    if (!/^\w+\.\w+$/.test(field) || tags.length < Object.keys(where).length) return []
    return Object.entries({ warning, critical }).flatMap(([severity, level]) => {
      const { atLeast: raises, and, or, clear } = level ?? {}
      const clears = clear?.below
      if (typeof raises !== 'number' || typeof clears !== 'number') return []
      if (and !== undefined || or !== undefined) return []
      return [{ rule: id, severity, file, field, tags: Object.fromEntries(tags), raises, clears }]
    })
  })
}

const THRESHOLDS = globSync('*.yaml', { cwd: defaultPackDirectory() })
  .filter((file) => readPackFile(file).includes('\nrules:'))
  .toSorted()
  .flatMap(thresholdsOf)

test('there are enough of them', () => {
  expect(THRESHOLDS.length).toBeGreaterThan(10)
})

/** For an hour after it fired, the value is for so many steps each at these places between what clears and as far above what raises. */
const SWINGS = fc.array(
  fc.record({
    place: fc.oneof(fc.constantFrom(0, 0.499, 0.5, 1), fc.double({ min: 0, max: 1, noNaN: true })),
    steps: fc.integer({ min: 1, max: 90 }),
  }),
  { minLength: 2, maxLength: STEPS_OF_HOUR },
)

test.each(THRESHOLDS)(
  '$rule ($severity): a value that swings around $raises for an hour is two notices at most',
  ({ file, rule, field, tags, raises, clears }) => {
    const rules = rulesFromYaml(readPackFile(file), catalogue, clauses)
    const [measurement = '', name = ''] = field.split('.')
    fc.assert(
      fc.property(SWINGS, (swings) => {
        const world = new Simulator()
        const bench = new EngineBench(undefined, { rules, subjectLabels: () => ({}) })
        const step = (value: number) => {
          bench.atMs = world.nowMs
          bench.points([{ measurement, tags, fields: { [name]: value } }])
          bench.tick()
          world.take(bench.seen.splice(0))
          world.pass(STEP_SECONDS)
        }
        for (let at = 0; at < STEPS_OF_HOUR; at++) step(0)
        for (let at = 0; at < STEPS_UNTIL_FIRED; at++) step(raises)
        const hour = swings.flatMap(({ place, steps }) =>
          Array.from({ length: steps }, () => clears + 2 * place * (raises - clears)),
        )
        for (const value of hour.slice(0, STEPS_OF_HOUR)) step(value)
        const told = world.notices.filter(({ alerts }) =>
          alerts.some(({ alert }) => alert.ruleId === rule),
        )
        expect(told.length).toBeGreaterThan(0)
        expect(told.length).toBeLessThanOrEqual(2)
      }),
      { numRuns: 5 },
    )
  },
)
