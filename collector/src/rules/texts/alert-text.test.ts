import { expect, test } from 'vitest'
import type { Alert } from '../alert.ts'
import { RuleEngine } from '../engine.ts'
import { rulesFromYaml } from '../testing/rules-from-yaml.ts'
import { SampleFeed } from '../testing/sample-feed.ts'

const START_MS = Date.UTC(2026, 10, 22, 4)
const EVERY_MS = 10_000

const RULES = `rules:
  - id: load
    name: {zh: 负载, en: Load}
    value: system.load5 / system.n_cpus
    unit: ratio
    warning: {above: 2, for: 20s, clear: {below: 1, for: 20s}}
    critical: {above: 10, for: 20s, clear: {below: 5, for: 20s}}
    summary: {zh: "{{value}}（负载 {{system.load5}}）", en: "{{value}} (load {{system.load5}})"}
`

/** An engine with one rule, and samples of one host. */
class Bench {
  readonly feed = new SampleFeed()
  engine = this.#open()
  atMs = START_MS

  #open(): RuleEngine {
    const rules = rulesFromYaml(RULES)
    return new RuleEngine({ rules, directory: this.feed.table, subjectLabels: () => ({}) })
  }

  /** The load of a machine with two cores; undefined: the agent could not read it. */
  load(load5: number | undefined) {
    this.atMs += EVERY_MS
    const fields = { n_cpus: 2, ...(load5 === undefined ? {} : { load5 }) }
    const batch = this.feed.batch('db1', this.atMs, [{ measurement: 'system', fields }])
    return this.engine.accept(batch, this.atMs)
  }

  loads(...values: number[]) {
    return values.flatMap((value) => this.load(value))
  }

  restart(): void {
    const { put } = this.engine.takeChanges(this.atMs)
    this.engine = this.#open()
    this.engine.restore(put, { atMs: this.atMs, downMs: EVERY_MS })
  }

  listed() {
    return this.engine.list().map(textOf)
  }
}

const textOf = ({ value, summary }: Alert) => ({ value, summary: summary.en })
const numbersOf = (load5: number) => ({ value: load5 / 2, summary: `${load5 / 2} (load ${load5})` })

test('a pending and a firing alert are listed with the numbers of the newest sample', () => {
  const bench = new Bench()
  bench.loads(5)
  bench.loads(6)
  expect(bench.listed()).toEqual([numbersOf(6)])
  bench.loads(7, 8, 9)
  expect(bench.listed()).toEqual([numbersOf(9)])
})

test('a sample that lacks a field changes none of them', () => {
  const bench = new Bench()
  bench.loads(5, 6, 7)
  bench.load(undefined)
  expect(bench.listed()).toEqual([numbersOf(7)])
})

test('a message has the numbers of the sample that brought it about', () => {
  const bench = new Bench()
  const [fired] = bench.loads(5, 6, 7)
  expect(fired).toMatchObject({ kind: 'firing', alert: numbersAs(7) })
  const [worse] = bench.loads(22, 23, 24)
  expect(worse).toMatchObject({ kind: 'severity', alert: numbersAs(24), before: numbersAs(24) })
  const resolved = bench.loads(1.9, 1.8, 1.7).at(-1)
  expect(resolved).toMatchObject({ kind: 'resolved', alert: numbersAs(1.7) })
})

function numbersAs(load5: number) {
  const { value, summary } = numbersOf(load5)
  return { value, summary: { en: summary } }
}

test.each([
  { note: 'pending', loads: [5] },
  { note: 'firing', loads: [5, 6, 7] },
])('a $note alert is listed with all its numbers after a restart', ({ loads }) => {
  const bench = new Bench()
  bench.loads(...loads)
  const before = bench.listed()
  bench.restart()
  expect(bench.listed()).toEqual(before)
  bench.loads(8)
  expect(bench.listed()).toEqual([numbersOf(8)])
})

test('an alert whose rule is gone ends with the numbers that it was told with', () => {
  const bench = new Bench()
  bench.loads(5, 6, 7, 9)
  const [ended] = bench.engine.replaceRules(rulesFromYaml('rules: []\n'), bench.atMs)
  expect(ended).toMatchObject({ kind: 'resolved', reason: 'rule', alert: numbersAs(7) })
})

test('a state is told in words, after a restart too', () => {
  const feed = new SampleFeed()
  const rules = rulesFromYaml(`rules:
  - id: down
    name: {zh: 无法连接, en: Down}
    value: pg_up.up
    critical: {equals: 0}
    summary: {zh: "原因：{{pg_up.error_code}}", en: "why: {{pg_up.error_code}}"}
`)
  const open = () => new RuleEngine({ rules, directory: feed.table, subjectLabels: () => ({}) })
  const engine = open()
  const point = {
    measurement: 'pg_up',
    tags: { instance: 'his' },
    fields: { up: 0, error_code: 2 },
  }
  engine.accept(feed.batch('db1', START_MS, [point]), START_MS)
  const expected = [{ zh: '原因：超时无应答', en: 'why: no answer in time' }]
  expect(engine.list().map(({ summary }) => summary)).toEqual(expected)
  const again = open()
  again.restore(engine.takeChanges(START_MS).put, { atMs: START_MS, downMs: 0 })
  expect(again.list().map(({ summary }) => summary)).toEqual(expected)
})

test('an alert has the newest values since it was raised, and none from before a restart', () => {
  const bench = new Bench()
  bench.loads(1, 6, 8)
  const [firing] = bench.loads(10)
  expect(firing?.alert.recent).toEqual([
    { timeMs: START_MS + 2 * EVERY_MS, value: 3 },
    { timeMs: START_MS + 4 * EVERY_MS, value: 5 },
  ])
  bench.restart()
  expect(bench.engine.list()[0]?.recent).toEqual([])
  bench.loads(10)
  expect(bench.engine.list()[0]?.recent).toEqual([{ timeMs: START_MS + 5 * EVERY_MS, value: 5 }])
})
