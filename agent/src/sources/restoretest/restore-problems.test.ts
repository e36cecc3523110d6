import { expect, test } from 'vitest'

import { toComparisonSettings } from './comparison-settings.ts'
import { findRestoreProblems } from './restore-problems.ts'

const SIDE = { connect: '10.0.0.5:5432/his', user: 'reader' }
const GOOD = { type: 'postgresql', production: SIDE, restored: SIDE }
const ORACLE = { connect: '10.0.0.5:1521/HCDB', user: 'reader' }

test.each([
  [{}],
  [{ declared: '2026-01-01' }],
  [{ compare: GOOD }],
  [{ compare: { ...GOOD, filters: [{ table: 'his.visit', where: "created < '2026-11-01'" }] } }],
  [
    {
      compare: {
        type: 'oracle',
        production: ORACLE,
        restored: ORACLE,
        counts: [{ name: 'n', statement: 'SELECT COUNT(*) FROM HIS.VISIT' }],
      },
    },
  ],
])('nothing is wrong with %j', (options) => {
  expect(findRestoreProblems(options)).toEqual([])
})

test.each([
  [{ declared: '2026-13-41' }, 'there is no day 2026-13-41'],
  [{ compare: { ...GOOD, restored: { connect: '10.0.0.5' } } }, 'connect or user is missing'],
  [{ compare: { ...GOOD, production: { ...SIDE, connect: 'a b' } } }, 'a b is no address'],
  [
    { compare: { ...GOOD, filters: [{ table: 't', where: '1 = 1; DROP TABLE t' }] } },
    'it must be a single statement',
  ],
  [
    { compare: { ...GOOD, filters: [{ table: 't', where: 'created < :from' }] } },
    'there is no placeholder :from',
  ],
  [{ compare: { ...GOOD, counts: [{ name: 'n', statement: 'CALL p()' }] } }, 'begin with SELECT'],
  [
    { compare: { type: 'oracle', production: ORACLE, restored: ORACLE } },
    'of Oracle there is nothing to compare',
  ],
])('%j', (options, problem) => {
  const [found] = findRestoreProblems(options)
  expect(found?.what.en).toContain(problem)
  expect(found?.what.zh).toMatch(/\p{Script=Han}/u)
})

test.each([
  [['*'], ['his.a', 'his.log_1', 'other.a']],
  [['his.*'], ['his.a', 'his.log_1']],
  [
    ['*', '!*.log_*'],
    ['his.a', 'other.a'],
  ],
  [['his.a'], ['his.a']],
  [['h*s.*g*1'], ['his.log_1']],
  [['!his.*'], []],
])('tables %j', (tables, wanted) => {
  const { plan } = toComparisonSettings({
    ...GOOD,
    tables,
    timeout: '60s',
    maxTables: 1,
    maxRows: 1,
  })
  expect(['his.a', 'his.log_1', 'other.a'].filter(plan.wants)).toEqual(wanted)
})
