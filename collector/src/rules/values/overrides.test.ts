import { describe, expect, test } from 'vitest'
import type { RuleStateRow } from '../alert.ts'
import { RuleEngine } from '../engine.ts'
import { rulesFromYaml } from '../testing/rules-from-yaml.ts'
import { SampleFeed } from '../testing/sample-feed.ts'

const START_MS = Date.UTC(2026, 10, 22, 4)
const EVERY_MS = 10_000
const MINUTE = 60_000

/** A rule about file systems, full at 85 and 95 %, with overrides in YAML's short form. */
function ruleOf(overrides: string): string {
  return `rules:
  - id: full
    name: {zh: 满, en: Full}
    value: disk.used_percent
    warning: {atLeast: 85, clear: {samples: 1}}
    critical: {atLeast: 95, clear: {samples: 1}}
    overrides: ${overrides}
    summary: {zh: "{{host}} {{path}}", en: "{{host}} {{path}}"}
`
}

class Bench {
  readonly feed = new SampleFeed()
  readonly #rows = new Map<string, RuleStateRow>()
  engine: RuleEngine
  atMs = START_MS

  constructor(overrides: string) {
    this.engine = this.#open(overrides)
  }

  #open(overrides: string): RuleEngine {
    return new RuleEngine({
      rules: rulesFromYaml(ruleOf(overrides)),
      directory: this.feed.table,
      subjectLabels: (host) => ({ project: host === 'db1' ? 'his' : '', role: 'db' }),
    })
  }

  /** What comes of a sample of one file system. */
  used(percent: number, host = 'db1', tags: Readonly<Record<string, string>> = {}): string[] {
    this.atMs += EVERY_MS
    const all = { path: '/', mode: 'rw', ...(host === 'db1' ? { project: 'his' } : {}), ...tags }
    const point = { measurement: 'disk', tags: all, fields: { used_percent: percent } }
    return this.told(this.engine.accept(this.feed.batch(host, this.atMs, [point]), this.atMs))
  }

  reload(overrides: string): string[] {
    return this.told(this.engine.replaceRules(rulesFromYaml(ruleOf(overrides)), this.atMs))
  }

  /** Dies, and comes back at once under these overrides. */
  restart(overrides: string): string[] {
    for (const row of this.engine.takeChanges(this.atMs).put) this.#rows.set(row.key, row)
    this.engine = this.#open(overrides)
    const downtime = { atMs: this.atMs, downMs: EVERY_MS }
    return this.told(this.engine.restore([...this.#rows.values()], downtime).transitions)
  }

  told(transitions: ReturnType<RuleEngine['tick']>): string[] {
    return transitions.map(
      ({ kind, reason, alert }) => `${kind} ${alert.severity} ${alert.key} (${reason})`,
    )
  }
}

const DB1 = 'db1{path="/"}'

describe('an override holds', () => {
  test('on the host that it names, and the levels that it does not name stay', () => {
    const bench = new Bench('[{where: {host: db1}, warning: {atLeast: 50, clear: {samples: 1}}}]')
    expect(bench.used(60)).toEqual([`firing warning ${DB1} (condition)`])
    expect(bench.used(60, 'db2')).toEqual([])
    expect(bench.used(96)).toEqual([`severity critical ${DB1} (condition)`])
    expect(bench.used(40)).toEqual([`resolved critical ${DB1} (condition)`])
  })

  test.each([
    { note: 'a project', where: '{project: his}' },
    { note: 'an identifying tag', where: '{path: "~^/$"}' },
    { note: 'a descriptive tag', where: '{mode: rw}' },
    { note: 'a host and a tag', where: '{host: "~^db", mode: rw, path: /}' },
  ])('for $note', ({ where }) => {
    const bench = new Bench(`[{where: ${where}, off: true}]`)
    expect(bench.used(99)).toEqual([])
    expect(bench.used(99, 'web1', { path: '/x', mode: 'ro' })).toHaveLength(1)
  })

  test('where it is the first that fits', () => {
    const bench = new Bench(
      '[{where: {path: /backup}, off: true}, {where: {host: db1}, warning: {atLeast: 20}}, {where: {path: /}, off: true}]',
    )
    expect(bench.used(60, 'db1', { path: '/backup' })).toEqual([])
    expect(bench.used(60)).toEqual([`firing warning ${DB1} (condition)`])
    expect(bench.used(99, 'db2')).toEqual([])
    expect(bench.used(99, 'db2', { path: '/u01' })).toHaveLength(1)
  })

  test('with conditions on fields that the rule itself does not read', () => {
    const bench = new Bench('[{where: {host: db1}, warning: {atLeast: 50, and: disk.free < 1GB}}]')
    expect(bench.used(60)).toEqual([])
    const fields = { used_percent: 60, free: 5e8 }
    const points = [{ measurement: 'disk', tags: { path: '/', mode: 'rw' }, fields }]
    bench.atMs += EVERY_MS
    expect(
      bench.told(bench.engine.accept(bench.feed.batch('db1', bench.atMs, points), bench.atMs)),
    ).toEqual([`firing warning ${DB1} (condition)`])
  })

  test('and another descriptive tag leads to another one under the same alert', () => {
    const bench = new Bench('[{where: {mode: ro}, warning: {atLeast: 90, clear: {samples: 1}}}]')
    expect(bench.used(86)).toEqual([`firing warning ${DB1} (condition)`])
    expect(bench.used(96, 'db1', { mode: 'ro' })).toEqual([`severity critical ${DB1} (condition)`])
    expect(bench.used(80, 'db1', { mode: 'ro' })).toEqual([`resolved critical ${DB1} (condition)`])
  })
})

const CHANGES = [
  {
    note: 'an override is added',
    before: '[]',
    after: '[{where: {host: db1}, warning: {atLeast: 50}}]',
  },
  {
    note: 'an override changes',
    before: '[{where: {host: db1}, warning: {atLeast: 60}}]',
    after: '[{where: {host: db1}, warning: {atLeast: 50}}]',
  },
  {
    note: 'an override goes',
    before: '[{where: {host: db1}, warning: {atLeast: 50}}]',
    after: '[]',
  },
  {
    note: 'an override asks for a descriptive tag',
    before: '[]',
    after: '[{where: {mode: rw}, warning: {atLeast: 50}}]',
  },
]

describe.each([
  { how: 'a reload', change: (bench: Bench, after: string) => bench.reload(after) },
  { how: 'a restart', change: (bench: Bench, after: string) => bench.restart(after) },
])('at $how', ({ change }) => {
  test.each(CHANGES)('an alert goes on untold when $note', ({ before, after }) => {
    const bench = new Bench(before)
    bench.used(90)
    const [{ fingerprint, startsAtMs } = {}] = bench.engine.list()
    expect(change(bench, after)).toEqual([])
    expect(bench.used(88)).toEqual([])
    expect(bench.engine.list()).toMatchObject([{ fingerprint, startsAtMs }])
  })

  test('it ends under the new levels, at their number', () => {
    const bench = new Bench('[{where: {host: db1}, warning: {atLeast: 50, clear: {samples: 1}}}]')
    bench.used(60)
    expect(change(bench, '[]')).toEqual([])
    expect(bench.used(60)).toEqual([`resolved warning ${DB1} (condition)`])
  })

  test('what is switched off ends, by the rule', () => {
    const bench = new Bench('[]')
    bench.used(90)
    expect(change(bench, '[{where: {host: db1}, off: true}]')).toEqual([
      `resolved warning ${DB1} (rule)`,
    ])
    expect(bench.used(99)).toEqual([])
  })

  test('what a descriptive tag switches off ends at its next sample, by the rule', () => {
    const bench = new Bench('[]')
    bench.used(90)
    expect(change(bench, '[{where: {mode: rw}, off: true}]')).toEqual([])
    expect(bench.used(90)).toEqual([`resolved warning ${DB1} (rule)`])
    expect(bench.engine.list()).toEqual([])
  })

  test('what is no longer switched off fires again', () => {
    const bench = new Bench('[{where: {host: db1}, off: true}]')
    bench.used(90)
    change(bench, '[]')
    expect(bench.used(90)).toEqual([`firing warning ${DB1} (condition)`])
  })
})

describe('of a rule about silence', () => {
  const SILENT = rulesFromYaml(`rules:
  - id: offline
    name: {zh: 失联, en: Silent}
    noData: agent
    critical: {for: 3m, clear: {heartbeats: 1}}
    overrides:
      - {where: {project: lab}, off: true}
      - {where: {host: far}, critical: {for: 10m, clear: {heartbeats: 1}}}
      - {where: {host: near}, warning: {for: 1m}}
    summary: {zh: x, en: x}
`)

  test('it holds for a host or its project', () => {
    const engine = new RuleEngine({
      rules: SILENT,
      directory: new SampleFeed().table,
      subjectLabels: (host) => ({ project: host === 'toy' ? 'lab' : '' }),
    })
    for (const agent of ['far', 'near', 'toy', 'any']) engine.contact(agent, START_MS)
    const after = (minutes: number) =>
      engine
        .tick(START_MS + minutes * MINUTE)
        .map(({ kind, alert }) => `${kind} ${alert.severity} ${alert.host}`)
    expect(after(1)).toEqual(['firing warning near'])
    expect(after(3)).toEqual(['severity critical near', 'firing critical any'])
    expect(after(10)).toEqual(['firing critical far'])
    expect(after(60)).toEqual([])
    const back = engine.contact('far', START_MS + 61 * MINUTE)
    expect(back.map(({ kind }) => kind)).toEqual(['resolved'])
  })
})
