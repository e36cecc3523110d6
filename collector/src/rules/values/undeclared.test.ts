import { expect, test } from 'vitest'
import { RuleEngine } from '../engine.ts'
import { rulesFromYaml } from '../testing/rules-from-yaml.ts'
import { SampleFeed } from '../testing/sample-feed.ts'

const START_MS = Date.UTC(2026, 10, 22, 4)
const HOUR = 3_600_000

const RULES = `rules:
  - id: ups_busy
    name: {zh: UPS 负载高, en: UPS is busy}
    value: ups.load
    unit: percent
    undeclared: true
    warning: {above: 80, and: ups.voltage < 230, for: 2h, clear: {samples: 1}}
    summary: {zh: "{{unit}} {{value}}", en: "{{host}} {{unit}}/{{model}} {{value}} {{ups.voltage}}"}
`

test('what is in no catalogue is told apart by all its tags, but those of the host', () => {
  const feed = new SampleFeed()
  const rules = rulesFromYaml(RULES)
  const engine = new RuleEngine({ rules, directory: feed.table, subjectLabels: () => ({}) })
  const point = (unit: string, load: number) => ({
    measurement: 'ups',
    tags: { unit, model: 'x', project: 'his', role: 'power' },
    fields: { load, voltage: 220 },
  })
  const seen = [0, 1, 2].flatMap((hour) => {
    const atMs = START_MS + hour * HOUR
    const points = [point('a', 90), point('b', 90), point('c', 10)]
    return engine.accept(feed.batch('db1', atMs, points), atMs)
  })
  expect(seen.map(({ alert }) => alert.key)).toEqual([
    'db1{model="x",unit="a"}',
    'db1{model="x",unit="b"}',
  ])
  expect(seen[0]?.alert.summary).toEqual({ zh: 'a 90%', en: 'db1 a/x 90% 220' })
  expect(engine.historyNeeds()).toEqual([])
})
