import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { RuleEngine } from '../engine.ts'
import { rulesFromYaml } from '../testing/rules-from-yaml.ts'
import { SampleFeed } from '../testing/sample-feed.ts'

const START_MS = Date.UTC(2026, 10, 22, 4)

const RULES = rulesFromYaml(`rules:
  - id: full
    name: {zh: 满, en: Full}
    value: disk.used_percent
    warning: {atLeast: 85}
    summary: {zh: "{{host}} 的 {{path}}（{{device}}）{{value}}", en: "{{path}} ({{device}}) {{value}}"}
`)

/** The alert about a file system whose tags are as odd as they may be. */
function alertOf(path: string, device = 'sda', project = 'his') {
  const feed = new SampleFeed()
  const engine = new RuleEngine({
    rules: RULES,
    directory: feed.table,
    subjectLabels: () => ({ project }),
  })
  const point = { measurement: 'disk', tags: { path, device }, fields: { used_percent: 90 } }
  const [transition] = engine.accept(feed.batch('db1', START_MS, [point]), START_MS)
  if (transition === undefined) throw new Error('nothing fired')
  return transition.alert
}

test('what stands between braces in a tag stays as it is', () => {
  expect(alertOf('{{host}}', '{{value}}').summary.en).toBe('{{host}} ({{value}}) 90%')
})

test('lines and colours of a terminal are spelled out in labels and messages', () => {
  const { labels, summary } = alertOf('/a\u001b[31m\r\nX', 'sda\u0007', 'h\u009bis')
  expect(labels).toMatchObject({ path: '/a\\x1b[31m\\r\\nX', project: 'h\\x9bis' })
  expect(summary.zh).toBe('db1 的 /a\\x1b[31m\\r\\nX（sda\\x07）90%')
})

test('a label of 64 kB is cut, and says so', () => {
  const project = '院'.repeat(21_845) // 65,535 bytes
  const { labels } = alertOf('/', 'sda', project)
  expect(labels['project']).toMatch(/^院{300,}…\[65535 B [0-9a-f]{8}\]$/)
  expect(new TextEncoder().encode(labels['project']).length).toBeLessThanOrEqual(1024)
})

test('nothing that a tag says acts on who reads it', () => {
  const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 })
  fc.assert(
    fc.property(text, text, (path, device) => {
      const { labels, summary } = alertOf(path.toWellFormed(), device.toWellFormed())
      // oxlint-disable-next-line no-control-regex -- it is these that must not be there
      const active = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/
      for (const said of [...Object.values(labels), summary.zh, summary.en])
        expect(said).not.toMatch(active)
    }),
    { numRuns: 3000 },
  )
})
