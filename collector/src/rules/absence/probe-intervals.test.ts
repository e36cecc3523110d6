import { readFileSync } from 'node:fs'
import { checkYaml } from '@wardround/program'
import { CATALOGUE } from '@wardround/protocol'
import { expect, test } from 'vitest'
import { CLAUSES_FILE, defaultPackDirectory } from '../../configuration/read-rules.ts'
import { toClauseBook } from '../clause-book.ts'
import { ClauseFile } from '../clauses.ts'
import type { AbsenceRule } from '../compiled-rule.ts'
import { EngineBench, MINUTE } from '../testing/engine-bench.ts'
import { catalogue, rulesFromYaml } from '../testing/rules-from-yaml.ts'
import type { Point } from '../testing/sample-feed.ts'

const readPackFile = (name: string) => readFileSync(`${defaultPackDirectory()}${name}`, 'utf8')
const { clauses } = toClauseBook([
  checkYaml(ClauseFile, { file: CLAUSES_FILE, text: readPackFile(CLAUSES_FILE) }),
])

/** Each rule of the pack about missing points under each probe that gives what it watches, at the probe's interval and at a longer one of the site. */
const CASES = ['host', 'databases'].flatMap((name) => {
  const rules = rulesFromYaml(readPackFile(`${name}.yaml`), catalogue, clauses)
  return rules.absenceRules.flatMap((rule) =>
    CATALOGUE.filter(({ measurements }) => Object.hasOwn(measurements, rule.measurement)).flatMap(
      ({ name: probe, everySeconds }) =>
        [1, 5].map((times) => ({ rule, rules, probe, everyMs: times * everySeconds * 1000 })),
    ),
  )
})

function pointsOf({ measurement, field, identifyingTags }: AbsenceRule): Point[] {
  const [name = 'used'] = Object.keys(catalogue.measurement(measurement)?.fields ?? {})
  return ['a', 'b'].map((value) => ({
    measurement,
    tags: {
      ...Object.fromEntries(identifyingTags.map((tag) => [tag, value])),
      contents: 'PERMANENT',
    },
    fields: { [field ?? name]: 1 },
  }))
}

test.each(CASES)(
  '$rule.id is right about points of $probe that come every $everyMs ms',
  ({ rule, rules, everyMs }) => {
    const bench = new EngineBench(undefined, { rules })
    const [stays, goes] = pointsOf(rule)
    if (stays === undefined || goes === undefined) throw new Error('two points are needed')
    const alive = { measurement: 'system', fields: { load1: 1 } }
    let sinceMs = 0
    const play = (hours: number, points: readonly Point[]) => {
      const seen: string[] = []
      const startedMs = bench.atMs
      for (let index = 0; bench.atMs < startedMs + hours * 60 * MINUTE; index++) {
        // each fifth run was skipped, and what comes is up to two seconds on its way
        const lateMs = (index * 700) % 2000
        const sampledMs = bench.atMs
        bench.atMs += lateMs
        if (index % 5 !== 4) seen.push(...bench.points(points, { receivedAtMs: sampledMs }))
        for (; bench.atMs < sampledMs + everyMs; bench.atMs += 5000) {
          seen.push(...bench.points([alive]), ...bench.tick())
          if (seen.length > 0 && sinceMs === 0) sinceMs = bench.atMs - startedMs
        }
        bench.atMs = sampledMs + everyMs
      }
      return seen
    }
    const hours = Math.max(1, (30 * everyMs) / (60 * MINUTE))
    expect(play(hours, [stays, goes])).toEqual([])
    expect(play(hours, [stays])).toEqual([expect.stringContaining(`firing ${rule.id} `)])
    const [{ forMs } = { forMs: 0 }] = rule.levels
    const dueMs = Math.max(forMs, 3 * everyMs)
    expect(sinceMs).toBeGreaterThanOrEqual(dueMs - 2 * everyMs)
    expect(sinceMs).toBeLessThan(dueMs + 10_000)
  },
)
