import { checkYaml } from '@wardround/program'
import { expect, test } from 'vitest'
import { rulesFromYaml } from '../testing/rules-from-yaml.ts'
import { compareUnitTest } from './compare-unit-test.ts'
import { formatComparison } from './format-comparison.ts'
import { runUnitTest } from './run-unit-test.ts'
import { RuleTestFile, type RuleTest } from './unit-test-schema.ts'

const RULES = rulesFromYaml(`
rules:
  - id: disk_used
    name: {zh: 磁盘, en: disk}
    value: disk.used_percent
    where: {project: his}
    warning: {atLeast: 85, for: 1m, clear: {below: 80, for: 1m}}
    critical: {atLeast: 95, clear: {for: 0s}}
    summary: {zh: '{{path}} 已用 {{value}}', en: '{{path}} is {{value}} full'}
    own: true
  - id: silent
    name: {zh: 失联, en: silent}
    noData: agent
    critical: {for: 3m, clear: {heartbeats: 2}}
    summary: {zh: '{{host}} 失联', en: '{{host}} is silent'}
    own: true
  - id: hardware
    name: {zh: 硬件事件, en: hardware event}
    event: {kind: trap, where: {rules: sensor_fault}}
    warning: {atLeast: 3, window: 5m, clear: {for: 10m}}
    summary: {zh: '{{event.text}} {{value}} 次', en: '{{event.text}}, {{value}} times'}
    own: true
`)

function read(text: string): RuleTest {
  const { tests } = checkYaml(RuleTestFile, { file: 'tests.yaml', text: `tests:\n${text}` }).value
  const [first] = tests
  if (first === undefined) throw new Error('no test')
  return first
}

function compare(text: string) {
  const ruleTest = read(text)
  return compareUnitTest(ruleTest, runUnitTest(RULES, ruleTest))
}

const FULL = `
  - note: two hosts, one of the project that the rule watches
    hosts: {db1: {project: his, role: db}, web1: {project: lis}}
    series:
      - {measurement: disk, tags: {path: /u01}, fields: {used_percent: 90*13 70*10}}
      - {measurement: disk, host: web1, tags: {path: /u01}, fields: {used_percent: 99*23}}
`

test('hosts send side by side, each with its project and role', () => {
  const passed = compare(`${FULL}
    expect:
      - {at: 1m, rule: disk_used, kind: firing, severity: warning, host: db1, summary: /u01 已用 90%, summaryEn: /u01 is 90% full}
      - {at: 190s, rule: disk_used, kind: resolved, severity: warning, key: 'db1{path="/u01"}', reason: condition}
    phases:
      - {at: 55s, rule: disk_used, phase: pending}
      - {at: 1m, rule: disk_used, phase: firing, severity: warning, host: db1}
      - {at: 150s, rule: disk_used, phase: resolving}
      - {at: 200s, rule: disk_used, phase: none}
      - {at: 1m, rule: disk_used, phase: none, host: web1}
`)
  expect(passed).toMatchObject({ passed: true })
})

test.each([
  { note: 'a time', change: 'at: 70s, rule: disk_used, kind: firing, severity: warning' },
  { note: 'a severity', change: 'at: 1m, rule: disk_used, kind: firing, severity: critical' },
  { note: 'a kind', change: 'at: 1m, rule: disk_used, kind: resolved, severity: warning' },
  { note: 'a rule', change: 'at: 1m, rule: silent, kind: firing, severity: warning' },
  {
    note: 'a host',
    change: 'at: 1m, rule: disk_used, kind: firing, severity: warning, host: web1',
  },
  {
    note: 'a text',
    change: 'at: 1m, rule: disk_used, kind: firing, severity: warning, summary: /u01 已用 91%',
  },
])('$note that differs fails', ({ change }) => {
  const tail = '      - {at: 190s, rule: disk_used, kind: resolved, severity: warning}\n'
  expect(compare(`${FULL}    expect:\n      - {${change}}\n${tail}`).passed).toBe(false)
})

test('what is missing and what is too much fail', () => {
  expect(compare(`${FULL}    expect: []\n`).passed).toBe(false)
  const twice = '      - {at: 1m, rule: disk_used, kind: firing, severity: warning}\n'.repeat(2)
  expect(compare(`${FULL}    expect:\n${twice}`).passed).toBe(false)
})

test('a phase that differs fails', () => {
  const expected = `
    expect:
      - {at: 1m, rule: disk_used, kind: firing, severity: warning}
      - {at: 190s, rule: disk_used, kind: resolved, severity: warning}
`
  for (const phase of [
    '{at: 50s, rule: disk_used, phase: firing}',
    '{at: 50s, rule: disk_used, phase: none}',
    '{at: 50s, rule: silent, phase: pending}',
    '{at: 50s, rule: disk_used, phase: pending, host: web1}',
  ])
    expect(compare(`${FULL}${expected}    phases:\n      - ${phase}\n`).passed).toBe(false)
})

test('changes of one time may be written in any order, the more particular one keeps its own', () => {
  const { passed } = compare(`
  - note: two points
    hosts: {db1: {project: his}}
    series:
      - {measurement: disk, tags: {path: /a}, fields: {used_percent: 99}}
      - {measurement: disk, tags: {path: /b}, fields: {used_percent: 99}}
    expect:
      - {at: 0s, rule: disk_used, kind: firing, severity: critical}
      - {at: 0s, rule: disk_used, kind: firing, severity: critical, key: 'db1{path="/a"}'}
`)
  expect(passed).toBe(true)
})

test('after the last value nothing comes: lasts', () => {
  const { passed } = compare(`
  - note: silence
    lasts: 10m
    series: [{measurement: disk, tags: {path: /a}, fields: {used_percent: 1*7}}]
    expect: [{at: 4m, rule: silent, kind: firing, severity: critical, host: db1}]
`)
  expect(passed).toBe(true)
})

test('events happen at their times, several at once where it says so', () => {
  const { passed } = compare(`
  - note: two, then one more, and others that count for nothing
    every: 1m
    series:
      - {measurement: system, fields: {uptime: 1*31}}
    host: fcsw1
    events:
      - {at: 1m, kind: trap, body: {trap: sw, rules: [sensor_fault], text: fan 2}, times: 2}
      - {at: 2m, kind: trap, body: {trap: sw, rules: [other]}, times: 9}
      - {at: 3m, kind: trap, body: {trap: sw, rules: [sensor_fault], text: fan 3}}
    expect:
      - {at: 3m, rule: hardware, kind: firing, severity: warning, host: fcsw1, summaryEn: 'fan 3, 3 times'}
      - {at: 13m, rule: hardware, kind: resolved, severity: warning}
`)
  expect(passed).toBe(true)
})

test('a week of a sample every ten seconds takes seconds at most', () => {
  const startedAt = performance.now()
  const { passed } = compare(`
  - note: long
    hosts: {db1: {project: his}}
    series: [{measurement: disk, tags: {path: /a}, fields: {used_percent: 20..90*60480}}]
    expect: [{at: 561660s, rule: disk_used, kind: firing, severity: warning}]
`)
  expect(passed).toBe(true)
  expect(performance.now() - startedAt).toBeLessThan(10_000)
})

test('expected and found stand side by side in both languages', () => {
  const comparison = compare(`${FULL}
    expect:
      - {at: 1m, rule: disk_used, kind: firing, severity: warning}
      - {at: 200s, rule: disk_used, kind: resolved, severity: warning, summaryEn: else}
      - {at: 210s, rule: silent, kind: firing, severity: critical}
    phases:
      - {at: 50s, rule: disk_used, phase: none}
`)
  expect(formatComparison(comparison, 'en')).toEqual([
    '  expected                         found',
    '= 1m disk_used firing warning      1m disk_used firing warning db1{path="/u01"}',
    '≠ 200s disk_used resolved warning  190s disk_used resolved warning db1{path="/u01"}',
    '    summaryEn: expected else\n               found /u01 is 70% full',
    '− 210s silent firing critical      —',
    '≠ 50s disk_used none               50s disk_used pending warning db1{path="/u01"}',
  ])
  expect(formatComparison(comparison, 'zh-CN')[0]).toMatch(/^ {2}预期 +实际$/)
})
