import { expect, test } from 'vitest'
import { RuleEngine } from '../engine.ts'
import { rulesFromYaml } from '../testing/rules-from-yaml.ts'
import { SampleFeed } from '../testing/sample-feed.ts'

const START_MS = Date.UTC(2026, 10, 22, 4)
const EVERY_MS = 60_000

const RULES = rulesFromYaml(`rules:
  - id: port_fault
    name: {zh: 端口故障, en: Port fault}
    value: fc_port.phy_state
    critical: {equals: 7, clear: {samples: 1}}
    summary: {zh: "端口 {{port}}（{{name}}）：{{value}}", en: "Port {{port}} ({{name}}): {{value}}"}
`)

/** A switch's port whose name a person may change. */
class Port {
  readonly feed = new SampleFeed()
  atMs = START_MS
  engine = this.#open()

  #open(): RuleEngine {
    return new RuleEngine({
      rules: RULES,
      directory: this.feed.table,
      subjectLabels: () => ({}),
    })
  }

  is(state: number, name: string | undefined) {
    this.atMs += EVERY_MS
    const tags = { device: 'fcsw1', port: '3', ...(name === undefined ? {} : { name }) }
    const point = { measurement: 'fc_port', tags, fields: { phy_state: state } }
    return this.engine.accept(this.feed.batch('fcsw1', this.atMs, [point]), this.atMs)
  }

  restart(): void {
    const { put } = this.engine.takeChanges(this.atMs)
    this.engine = this.#open()
    this.engine.restore(put, { atMs: this.atMs, downMs: EVERY_MS })
  }

  summary(): string | undefined {
    return this.engine.list()[0]?.summary.zh
  }
}

test('a state is shown by its word, and a descriptive tag as it is now', () => {
  const port = new Port()
  port.is(6, 'hcdb1')
  const [fired] = port.is(7, 'hcdb1')
  expect(fired?.alert.summary).toEqual({
    zh: '端口 3（hcdb1）：端口故障',
    en: 'Port 3 (hcdb1): port fault',
  })
  expect(fired?.alert.labels).not.toHaveProperty('name')
})

test('another name is the same alert, told with the new one', () => {
  const port = new Port()
  port.is(7, 'hcdb1')
  expect(port.is(7, 'hcdb2')).toEqual([])
  expect(port.summary()).toBe('端口 3（hcdb2）：端口故障')
  const [ended] = port.is(6, 'hcdb2')
  expect(ended).toMatchObject({
    kind: 'resolved',
    alert: { summary: { zh: '端口 3（hcdb2）：已同步' } },
  })
})

test('the name outlives a restart; without one there is no bracket', () => {
  const port = new Port()
  port.is(7, 'hcdb1')
  port.restart()
  expect(port.summary()).toBe('端口 3（hcdb1）：端口故障')
  const nameless = new Port()
  expect(nameless.is(7, undefined)[0]?.alert.summary.zh).toBe('端口 3：端口故障')
})
