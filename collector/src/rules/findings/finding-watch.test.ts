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

  test('has its tags and the labels of its subject', () => {
    const [transition] = engineOf().acceptFindings([found(1)], ['clinic'], 0)
    expect(transition?.alert).toMatchObject({
      host: 'clinic',
      labels: { alertname: 'due', project: 'clinic', certificate: 'portal', severity: 'warning' },
    })
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
