import { expect, test } from 'vitest'
import { problemsOf, ruleText } from '../testing/rule-problems.ts'

/** Of two probes: sizes are read every 10 minutes, sessions every 30 seconds. */
const BOTH = { value: 'pg_database.size_bytes', where: '{}', unit: undefined }

const APART =
  'pg_database.backends is read by probe postgresql.database, pg_database.size_bytes by postgresql.database-size: they never come in one point, and the rule would never be judged'

test.each([
  [
    'in its value',
    { value: 'pg_database.size_bytes / pg_database.backends', unit: 'bytes' },
    'value@25',
  ],
  ['in a condition', { warning: '{above: 1, and: pg_database.backends > 3}' }, 'warning.and@0'],
  [
    'where it would suffice',
    { warning: '{above: 1, or: pg_database.backends > 3}' },
    'warning.or@0',
  ],
  [
    'in the conditions of two levels',
    {
      value: 'delta(pg_database.size_bytes, 1h)',
      warning: '{above: 1}',
      critical: '{above: 2, and: "increase(pg_database.deadlocks_total, 1h) > 3"}',
    },
    'critical.and@9',
  ],
  [
    'in an override',
    { overrides: '[{where: {host: a}, warning: {above: 9, and: pg_database.backends > 3}}]' },
    'overrides.0.warning.and@0',
  ],
])('fields of two probes are refused %s', (_, changes, place) => {
  const problems = problemsOf(ruleText({ ...BOTH, warning: '{above: 85}', ...changes }))
  expect(problems).toEqual([expect.stringMatching(`^${place}: pg_database`)])
  expect(problems[0]?.replace('deadlocks_total', 'backends')).toContain(APART)
})

test('fields that one of several probes gives together are taken', () => {
  // snmp.mds-port gives both, snmp.fc-link and snmp.fc-port one each
  const changes = {
    value: 'fc_port.oper_state',
    where: '{}',
    unit: undefined,
    warning: '{notEquals: 1, and: fc_port.adm_state == 1}',
  }
  expect(problemsOf(ruleText(changes))).toEqual([])
})
