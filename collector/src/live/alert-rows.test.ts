import { expect, test } from 'vitest'
import type { Alert } from '../rules/alert.ts'
import { AlertDifferences, toAlertRows } from './alert-rows.ts'

const STANDING = {
  claim: undefined,
  held: undefined,
  mutedBy: undefined,
  silencedBy: undefined,
  mutes: 0,
}

function alertOf(fingerprint: string, more: Partial<Alert> = {}): Alert {
  return {
    ruleId: 'busy',
    key: 'db1',
    measurement: 'cpu',
    tags: {},
    host: 'db1',
    phase: 'firing',
    severity: 'warning',
    labels: { alertname: 'busy', host: 'db1' },
    fingerprint,
    name: { zh: '繁忙', en: 'Busy' },
    summary: { zh: '忙', en: 'busy' },
    clauses: [],
    numbers: 'platform',
    runbook: undefined,
    quote: undefined,
    unit: 'percent',
    threshold: { zh: '≥ 85%', en: '≥ 85%' },
    value: 95,
    recent: [],
    startsAtMs: 1_000,
    severitySinceMs: 1_000,
    endsAtMs: undefined,
    sinceFirstWatched: false,
    ...more,
  }
}

test('the worst comes first, then the oldest, in the reader’s language', () => {
  const alerts = [
    alertOf('a', { startsAtMs: 2_000 }),
    alertOf('b', { severity: 'critical', startsAtMs: 3_000 }),
    alertOf('c', { phase: 'resolving', value: undefined }),
    alertOf('d', { phase: 'pending', severity: 'info' }),
  ]
  const rows = toAlertRows(alerts, () => STANDING, 'zh-CN')
  expect(rows.map(({ fingerprint, state }) => `${fingerprint} ${state}`)).toEqual([
    'b firing',
    'c firing',
    'a firing',
    'd pending',
  ])
  expect(rows[1]).toMatchObject({ name: '繁忙', value: null, startsAt: '1970-01-01T00:00:01.000Z' })
})

test('a row says which clauses the rule serves, whose its numbers are and what to do', () => {
  const clause = {
    id: 'B01',
    documents: [{ number: '001', system: { zh: '网上信访信息系统', en: 'petitions' } }],
    words: { zh: '每日自动备份', en: 'daily backup' },
    number: undefined,
  }
  const runbook = { zh: '查日志', en: 'read the log' }
  const alert = alertOf('a', { clauses: [clause], numbers: 'contract', runbook })
  expect(toAlertRows([alert, alertOf('b')], () => STANDING, 'zh-CN')).toMatchObject([
    {
      numbers: 'contract',
      clauses: [{ id: 'B01', documents: ['001'], text: '001 网上信访信息系统：“每日自动备份”' }],
      runbook: '查日志',
    },
    { numbers: 'platform', clauses: [], runbook: null },
  ])
})

test('what is new, what changed and what is gone is told once', () => {
  const differences = new AlertDifferences()
  const [a, b] = [alertOf('a'), alertOf('b')]
  expect(differences.take([a, b], () => STANDING)).toEqual({ changed: [a, b], gone: [] })
  expect(differences.take([a, b], () => STANDING)).toEqual({ changed: [], gone: [] })
  const worse = alertOf('a', { value: 99 })
  expect(differences.take([worse], () => STANDING)).toEqual({ changed: [worse], gone: ['b'] })
})

test('an alert about a project as a whole has its name beside its id', () => {
  const project = { id: 'clinic', name: { zh: '门诊系统', en: 'Clinic' }, isSubject: true }
  const namesOf = (more: Partial<Alert>) =>
    toAlertRows([alertOf('a', more)], () => STANDING, 'zh-CN').map((row) => row.projectName)
  expect(namesOf({ host: 'clinic', project })).toEqual(['门诊系统'])
  expect(namesOf({ project: { ...project, isSubject: false } })).toEqual([null])
  expect(namesOf({})).toEqual([null])
})
