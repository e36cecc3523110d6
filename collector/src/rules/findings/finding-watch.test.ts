import { readFileSync } from 'node:fs'
import { checkYaml } from '@wardround/program'
import { SeriesTable } from '@wardround/protocol'
import { describe, expect, test } from 'vitest'
import { defaultPackDirectory } from '../../configuration/read-rules.ts'
import { toClauseBook } from '../clause-book.ts'
import { ClauseFile } from '../clauses.ts'
import { RuleEngine } from '../engine.ts'
import { FINDING_KINDS } from './finding-kinds.ts'
import type { Finding } from '../finding.ts'
import { rulesFromYaml } from '../testing/rules-from-yaml.ts'

const RULES = `rules:
  - id: due
    name: {zh: 到期, en: due}
    finding: certificate_ledger_due
    warning: {atMost: 30, clear: {for: 1m}}
    critical: {atMost: 7, for: 20s}
    summary: {zh: '{{name}} 剩 {{value}} 天', en: '{{name}}: {{value}} days'}`

const found = (value: number, more: Partial<Finding> = {}): Finding => ({
  kind: 'certificate_ledger_due',
  host: 'clinic',
  tags: { certificate: 'portal' },
  value,
  details: { name: '门户', until: '2026-12-01', owner: '甲', renewal: '采购' },
  ...more,
})

const engineOf = (text = RULES) =>
  new RuleEngine({
    rules: rulesFromYaml(text),
    directory: new SeriesTable(),
    subjectLabels: (subject) => (subject === 'clinic' ? { project: 'clinic' } : {}),
  })

const reasons = (transitions: ReturnType<RuleEngine['acceptFindings']>) =>
  transitions.map(({ kind, alert, reason }) => `${kind} ${alert.ruleId} ${reason}`)

const told = (transitions: ReturnType<RuleEngine['acceptFindings']>) =>
  transitions.map(({ kind, alert }) => `${kind} ${alert.severity} ${alert.summary.zh}`)

describe('an alert about what was found', () => {
  test('begins with it, follows its value, and ends when it has been gone for long enough', () => {
    const engine = engineOf()
    expect(told(engine.acceptFindings([found(31)], ['clinic'], 0))).toEqual([])
    expect(told(engine.acceptFindings([found(30)], ['clinic'], 10_000))).toEqual([
      'firing warning 门户 剩 30 天',
    ])
    expect(told(engine.acceptFindings([found(7)], ['clinic'], 20_000))).toEqual([])
    expect(told(engine.acceptFindings([found(7)], ['clinic'], 40_000))).toEqual([
      'severity critical 门户 剩 7 天',
    ])
    expect(told(engine.acceptFindings([], ['clinic'], 50_000))).toEqual([
      'severity warning 门户 剩 7 天',
    ])
    expect(told(engine.acceptFindings([], ['clinic'], 100_000))).toEqual([])
    expect(told(engine.acceptFindings([], ['clinic'], 110_000))).toEqual([
      'resolved warning 门户 剩 7 天',
    ])
    expect(engine.list()).toEqual([])
  })

  test('that the first look at its project shows was so before it was watched; what comes later was not', () => {
    const engine = engineOf()
    const look = (findings: Finding[], atMs: number) =>
      engine.acceptFindings(findings, ['clinic'], atMs)
    const [first] = look([found(20)], 0)
    expect(first?.alert.sinceFirstWatched).toBe(true)
    const later = found(20, { tags: { certificate: 'vpn' } })
    const [second] = look([found(20), later], 10_000)
    expect(second?.alert).toMatchObject({ tags: { certificate: 'vpn' }, sinceFirstWatched: false })
    look([found(7), later], 20_000)
    const [worse] = look([found(7), later], 40_000)
    expect(worse?.alert).toMatchObject({ severity: 'critical', sinceFirstWatched: false })
  })

  test('that is about this moment is told at once, also where the first look finds it', () => {
    const engine = engineOf(`rules:
  - {id: duty, name: {zh: 在岗, en: duty}, finding: duty_understaffed, critical: {for: 10m}, summary: {zh: x, en: x}}
  - {id: team, name: {zh: 人员, en: team}, finding: team_too_small, warning: {}, summary: {zh: x, en: x}}`)
    const about = (kind: string) => found(0, { kind, tags: {}, details: { least: '1' } })
    const look = (atMs: number) =>
      engine
        .acceptFindings([about('duty_understaffed'), about('team_too_small')], ['clinic'], atMs)
        .map(({ alert }) => [alert.ruleId, alert.sinceFirstWatched])
    expect(look(0)).toEqual([['team', true]])
    expect(look(600_000)).toEqual([['duty', false]])
  })

  test('that something is missing, which takes a while to know, was so at the first look where it is found within an hour', () => {
    const engine = engineOf(`rules:
  - {id: host, name: {zh: 主机, en: host}, finding: expected_host_missing, warning: {}, summary: {zh: x, en: x}}`)
    const missing = (host: string) =>
      found(1, { kind: 'expected_host_missing', host, tags: {}, details: {} })
    const look = (hosts: readonly string[], atMs: number) =>
      engine
        .acceptFindings(hosts.map(missing), ['clinic'], atMs)
        .map(({ alert }) => [alert.host, alert.sinceFirstWatched])
    look([], 0)
    expect(look(['clinic'], 600_000)).toEqual([['clinic', true]])
    look([], 1_200_000)
    expect(look(['clinic'], 3_600_000)).toEqual([['clinic', false]])
  })

  test('has its tags and the labels of its subject', () => {
    const [transition] = engineOf().acceptFindings([found(1)], ['clinic'], 0)
    expect(transition?.alert).toMatchObject({
      host: 'clinic',
      labels: { alertname: 'due', project: 'clinic', certificate: 'portal', severity: 'warning' },
    })
  })

  test('says why it ends where that is no recovery: what it warned of has come, or its clock stands', () => {
    const engine = engineOf(`rules:
  - {id: clock, name: {zh: 将到, en: due}, finding: sla_clock, warning: {atLeast: 50}, summary: {zh: x, en: x}}
  - {id: breach, name: {zh: 已超, en: over}, finding: sla_breach, critical: {}, summary: {zh: x, en: x}}
  - {id: due, name: {zh: 到期, en: due}, finding: certificate_ledger_due, warning: {}, summary: {zh: x, en: x}}
  - {id: expired, name: {zh: 过期, en: over}, finding: certificate_ledger_expired, critical: {}, summary: {zh: x, en: x}}`)
    const clock = found(60, { kind: 'sla_clock', tags: { incident: 'i1' }, details: {} })
    const breach = (name: string, incident = 'i1') =>
      found(100, { kind: 'sla_breach', tags: { clock: name, incident }, details: {} })
    const look = (...findings: Finding[]) => reasons(engine.acceptFindings(findings, ['clinic'], 0))
    look(clock)
    expect(look(breach('respond'))).toEqual(['firing breach condition', 'resolved clock replaced'])
    expect(look(breach('respond'), clock)).toEqual(['firing clock condition'])
    expect(look(breach('respond'))).toEqual(['resolved clock stopped'])
    expect(look(breach('respond'), clock, breach('arrive', 'i2'))).toHaveLength(2)
    expect(look(breach('respond'), breach('arrive', 'i2'), breach('arrive', 'i3'))).toEqual([
      'firing breach condition',
      'resolved clock stopped',
    ])
    expect(look()).toEqual(Array.from({ length: 3 }, () => 'resolved breach stopped'))
    look(found(1))
    const expired = found(1, { kind: 'certificate_ledger_expired' })
    expect(look(expired)).toEqual(['firing expired condition', 'resolved due replaced'])
    expect(look()).toEqual(['resolved expired condition'])
    look(found(1))
    expect(look()).toEqual(['resolved due condition'])
  })

  test('names the project’s own clause and whose its number is, and of the rule’s clauses those of its contract', () => {
    const clauses = `documents: {'001': {zh: 甲, en: a}, '004': {zh: 乙, en: b}}
clauses:
  - {id: E10, documents: ['001', '004'], words: {zh: 证书, en: certificate}, number: {zh: 一年, en: a year}}
  - {id: E11, documents: ['001'], words: {zh: 设备, en: device}}`
    const { value } = checkYaml(ClauseFile, { file: 'clauses.yaml', text: clauses })
    const { clauses: book } = toClauseBook([{ file: 'clauses.yaml', value }])
    const text = `${RULES}\n    clauses: [E10, E11]\n    numbers: contract`
    const engine = new RuleEngine({
      rules: rulesFromYaml(text, undefined, book),
      directory: new SeriesTable(),
      subjectLabels: () => ({}),
    })
    const project = { id: 'clinic', name: { zh: '门诊系统', en: 'Clinic' }, document: '004' }
    const alertOf = (finding: Finding) =>
      engine.acceptFindings([finding], ['clinic'], 0).find(({ kind }) => kind === 'firing')?.alert
    const alert = alertOf(found(1, { project }))
    expect(alert?.clauses.map(({ id, documents }) => [id, documents])).toEqual([
      ['E10', [{ number: '004', system: { zh: '乙', en: 'b' } }]],
    ])
    expect(alert).toMatchObject({ numbers: 'contract', project: { id: 'clinic', isSubject: true } })
    const basis = { numbers: 'platform' as const, clauses: [] }
    const other = alertOf(found(1, { project, basis, host: 'db-1' }))
    expect(other).toMatchObject({ numbers: 'platform', clauses: [], project: { isSubject: false } })
  })

  test('goes on over a restart, and ends when it is found no longer', () => {
    const before = engineOf()
    before.acceptFindings([found(1)], ['clinic'], 0)
    const after = engineOf()
    after.restore(before.takeChanges(0).put, { atMs: 1000, downMs: 1000 })
    expect(told(after.acceptFindings([found(1)], ['clinic'], 2000))).toEqual([])
    after.acceptFindings([], ['clinic'], 3000)
    expect(told(after.acceptFindings([], ['clinic'], 63_000))).toEqual([
      'resolved warning 门户 剩 1 天',
    ])
  })

  test('is left alone while it cannot be judged, and nothing begins by that', () => {
    const engine = engineOf()
    const other = found(1, { tags: { certificate: 'vpn' } })
    engine.acceptFindings([found(1)], ['clinic'], 0)
    const look = (undecided: Finding[], atMs: number) =>
      told(engine.acceptFindings([], ['clinic'], atMs, undecided))
    expect(look([found(1), other], 10_000)).toEqual([])
    expect(look([found(1), other], 90_000)).toEqual([])
    expect(engine.list()).toMatchObject([{ tags: { certificate: 'portal' } }])
    look([other], 100_000)
    expect(look([other], 160_000)).toEqual(['resolved warning 门户 剩 1 天'])
  })

  test('is for those that the rule asks for', () => {
    const engine = engineOf(
      RULES.replace('    warning', '    where: {certificate: other}\n    warning'),
    )
    expect(engine.acceptFindings([found(1)], ['clinic'], 0)).toEqual([])
    const other = found(1, { tags: { certificate: 'other' } })
    expect(told(engine.acceptFindings([other], ['clinic'], 0))).toEqual([
      'firing warning 门户 剩 1 天',
    ])
  })

  test('nothing is written down while nothing changes', () => {
    const engine = engineOf()
    engine.acceptFindings([found(1)], ['clinic'], 0)
    engine.acceptFindings([found(1)], ['clinic'], 20_000)
    engine.takeChanges(20_000)
    engine.acceptFindings([found(1)], ['clinic'], 30_000)
    expect(engine.takeChanges(30_000)).toEqual({ put: [], remove: [] })
  })
})

test.each([
  ['finding: certificate_ledger_du', 'rules.0.finding: unknown kind of finding'],
  [
    'finding: holidays_unknown\n    where: {day: x}',
    'rules.0.where.day: findings of this kind have no tag',
  ],
  [
    'finding: holidays_unknown\n    value: cpu.usage_idle',
    "rules.0.value: doesn't go with finding",
  ],
  [
    'finding: roster_gap\n    critical: {samples: {need: 1, of: 2}}',
    'rules.0.critical.samples: a level of finding',
  ],
  [
    'finding: roster_gap\n    critical: {clear: {samples: 1}}',
    'rules.0.critical.clear.samples: clear of finding',
  ],
  [
    "finding: roster_gap\n    summary: {zh: '{{owner}}', en: x}",
    'rules.0.summary.zh: unknown name "owner"',
  ],
])('a rule is refused: %s', (yaml, problem) => {
  const summary = yaml.includes('summary') ? '' : '\n    summary: {zh: x, en: x}'
  const text = `rules:\n  - id: a\n    name: {zh: x, en: x}\n    warning: {}\n    ${yaml}${summary}`
  expect(() => rulesFromYaml(text)).toThrow(problem)
})

test('each kind of finding has a rule of the default pack', () => {
  const read = (name: string) => readFileSync(`${defaultPackDirectory()}${name}`, 'utf8')
  const { clauses } = toClauseBook([
    checkYaml(ClauseFile, { file: 'clauses.yaml', text: read('clauses.yaml') }),
  ])
  const { findingRules } = rulesFromYaml(read('projects.yaml'), undefined, clauses)
  const watched = new Set(findingRules.map(({ findingKind }) => findingKind))
  expect(Object.keys(FINDING_KINDS).filter((kind) => !watched.has(kind))).toEqual([])
})
