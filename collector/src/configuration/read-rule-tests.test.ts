import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError } from '@wardround/program'
import { expect, onTestFinished, test } from 'vitest'
import { readRuleTests } from './read-rule-tests.ts'
import { catalogue, rulesFromYaml } from '../rules/testing/rules-from-yaml.ts'

const RULES = rulesFromYaml(`
rules:
  - id: disk_used
    name: {zh: 磁盘, en: disk}
    value: disk.used_percent
    warning: {atLeast: 85}
    summary: {zh: 满, en: full}
    own: true
`)

const GOOD = `tests:
  - note: full
    series:
      - measurement: disk
        tags: { path: /u01 }
        fields: { used_percent: 90*3 }
    expect:
      - { at: 0s, rule: disk_used, kind: firing, severity: warning }
`

async function read(text: string) {
  const directory = await mkdtemp(join(tmpdir(), 'wardround-rule-tests-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const file = join(directory, 'tests.yaml')
  await writeFile(file, text)
  return readRuleTests(file, RULES, catalogue)
}

test('a good file is read, and each test knows its place', async () => {
  expect(await read(GOOD)).toMatchObject([
    { test: { note: 'full', every: '10s', host: 'db1' }, position: { line: 2, column: 5 } },
  ])
})

test.each([
  {
    note: 'an unknown key',
    from: 'note: full',
    to: 'nota: full',
    says: ':2:5: unknown key "nota"',
  },
  { note: 'a test without expect', from: /    expect:[^]*/, to: '', says: ':2:5: ' },
  {
    note: 'a kind that is none',
    from: 'firing',
    to: 'fired',
    says: ':8:42: unknown value "fired"; expected one of "firing", "severity", "resolved"',
  },
  {
    note: 'an unknown measurement',
    from: 'measurement: disk',
    to: 'measurement: disc',
    says: ':4:22: unknown measurement "disc"; expected one of the metric catalogue, or one that a rule reads; did you mean "disk"?',
  },
  {
    note: 'an unknown tag',
    from: 'path: /u01',
    to: 'pathh: /u01',
    says: ':5:24: "disk" has no tag "pathh"; expected one of',
  },
  {
    note: 'an empty tag',
    from: 'path: /u01',
    to: "path: ''",
    says: ':5:23: the tag is empty; expected some text; a tag that is not there is left out',
  },
  {
    note: 'a kind of event that nobody sends',
    from: '    series:',
    to: '    events: [{ at: 0s, kind: trapp }]\n    series:',
    says: ':3:30: events have no "trapp"; expected one of log, trap, syslog',
  },
  {
    note: 'something that such events never say',
    from: '    series:',
    to: '    events: [{ at: 0s, kind: trap, body: { rule: x } }]\n    series:',
    says: ':3:50: events have no "rule"; expected one of trap, oid, rules',
  },
  {
    note: 'a kind of finding that is none',
    from: '    series:',
    to: '    findings: [{ kind: roster_gaps, values: 1 }]\n    series:',
    says: ':3:24: findings have no "roster_gaps"; expected one of expected_host_missing',
  },
  {
    note: 'a tag that such findings never have',
    from: '    series:',
    to: '    findings: [{ kind: sla_clock, tags: { job: x }, values: 1 }]\n    series:',
    says: ':3:48: findings have no "job"; expected one of incident',
  },
  {
    note: 'words that such findings never say',
    from: '    series:',
    to: '    findings: [{ kind: holidays_unknown, details: { day: x }, values: 1 }]\n    series:',
    says: ':3:58: findings have no "day"; expected one of project_zh, project_en',
  },
  {
    note: 'values of a finding that are none',
    from: '    series:',
    to: '    findings: [{ kind: roster_gap, values: 1 x }]\n    series:',
    says: ':3:46: ',
  },
  {
    note: 'an unknown field',
    from: 'used_percent:',
    to: 'used_per_cent:',
    says: ':6:34: "disk" has no field "used_per_cent"; expected one of',
  },
  {
    note: 'values that are none',
    from: '90*3',
    to: '"90*3 1x9"',
    says: ':6:39: "1x9" can\'t be read; expected a value, _ for nothing',
  },
  {
    note: 'a rule that is none',
    from: 'rule: disk_used',
    to: 'rule: disk_use',
    says: ':8:25: there is no rule "disk_use"; expected a rule\'s id; did you mean "disk_used"?',
  },
  {
    note: 'a time after the end',
    from: 'at: 0s',
    to: 'at: 1m',
    says: ':8:15: 1m is after the end of the test; expected 20s or less; "lasts" makes it longer',
  },
  {
    note: 'no time between the values',
    from: 'note: full',
    to: 'every: 0s\n    note: full',
    says: ':2:12: no time is between the values; expected more than none, such as 10s',
  },
])('$note is refused at its place', async ({ from, to, says }) => {
  const text = GOOD.replace(from, to)
  expect(text).not.toBe(GOOD)
  const error = await read(text).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(ConfigError)
  expect((error as ConfigError).format('en')).toContain(`tests.yaml${says}`)
})

test('a file that is not there is told by its name', async () => {
  const error = await readRuleTests('/nowhere/tests.yaml', RULES, catalogue).catch(
    (thrown: unknown) => thrown,
  )
  expect((error as ConfigError).format('zh-CN')).toBe(
    '/nowhere/tests.yaml:1:1: 无法读取：没有该文件或目录（ENOENT）；应为可读的规则测试文件',
  )
})
