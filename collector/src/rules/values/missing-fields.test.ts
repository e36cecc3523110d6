import { expect, test } from 'vitest'
import { RuleEngine } from '../engine.ts'
import { rulesFromYaml } from '../testing/rules-from-yaml.ts'
import { SampleFeed } from '../testing/sample-feed.ts'

const START_MS = Date.UTC(2026, 10, 22, 4)
const EVERY_MS = 600_000

const RULES = rulesFromYaml(`rules:
  - id: disk_hot
    name: {zh: 磁盘温度, en: Disk is hot}
    value: smart_device.temp_c
    critical: {atLeast: 65, or: smart_device.temp_c >= smart_device.temp_limit_c, clear: {samples: 1}}
    summary: {zh: "{{value}}", en: "{{value}}"}
  - id: disk_odd
    name: {zh: 磁盘, en: Disk is odd}
    value: smart_device.temp_c
    warning: {atLeast: 90, or: smart_device.health_ok != 1, clear: {samples: 1}}
    summary: {zh: "{{value}}", en: "{{value}}"}
`)

class Disk {
  readonly feed = new SampleFeed()
  atMs = START_MS
  engine = this.#open()

  #open(): RuleEngine {
    return new RuleEngine({ rules: RULES, directory: this.feed.table, subjectLabels: () => ({}) })
  }

  says(fields: Record<string, number>): string[] {
    this.atMs += EVERY_MS
    const point = { measurement: 'smart_device', tags: { serial_no: 'S1' }, fields }
    const batch = this.feed.batch('db1', this.atMs, [point])
    return this.engine.accept(batch, this.atMs).map(({ kind, alert }) => `${kind} ${alert.ruleId}`)
  }

  restart(): void {
    const { put } = this.engine.takeChanges(this.atMs)
    this.engine = this.#open()
    this.engine.restore(put, { atMs: this.atMs, downMs: EVERY_MS })
  }
}

test('a disk without a limit of its own is judged by the number of the rule', () => {
  const disk = new Disk()
  expect(disk.says({ temp_c: 40 })).toEqual([])
  expect(disk.says({ temp_c: 66 })).toEqual(['firing disk_hot'])
  expect(disk.says({ temp_c: 40 })).toEqual(['resolved disk_hot'])
})

test('one with a limit is judged by that too', () => {
  const disk = new Disk()
  expect(disk.says({ temp_c: 56, temp_limit_c: 55 })).toEqual(['firing disk_hot'])
  expect(disk.says({ temp_c: 50, temp_limit_c: 55 })).toEqual(['resolved disk_hot'])
})

test('what an alert stands on is missing for once: the alert stands, over a restart too', () => {
  const disk = new Disk()
  expect(disk.says({ temp_c: 56, temp_limit_c: 55 })).toEqual(['firing disk_hot'])
  expect(disk.says({ temp_c: 56 })).toEqual([])
  disk.restart()
  expect(disk.says({ temp_c: 56 })).toEqual([])
  expect(disk.says({ temp_c: 40, temp_limit_c: 55 })).toEqual(['resolved disk_hot'])
})

test('a field that is missing is not unequal to anything', () => {
  const disk = new Disk()
  expect(disk.says({ temp_c: 40 })).toEqual([])
  expect(disk.says({ temp_c: 40, health_ok: 0 })).toEqual(['firing disk_odd'])
  expect(disk.says({ temp_c: 40, health_ok: 1 })).toEqual(['resolved disk_odd'])
})
