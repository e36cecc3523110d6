import { Value } from 'typebox/value'
import { expect, test } from 'vitest'

import { ORACLE_OPTIONS } from './oracle-options.ts'
import { findConnectProblem, toConnectString, toOracleTarget } from './oracle-target.ts'

const HEAD = '(DESCRIPTION=(CONNECT_TIMEOUT=5)(TRANSPORT_CONNECT_TIMEOUT=5)'

test.each([
  ['10.0.0.5:1521/HCDB', 'tcp', '10.0.0.5', 1521, '(SERVICE_NAME=HCDB)'],
  ['db1/hcdb.site.example', 'tcp', 'db1', 1521, '(SERVICE_NAME=hcdb.site.example)'],
  ['db1:1530/X', 'tcp', 'db1', 1530, '(SERVICE_NAME=X)'],
  ['db1:1521:ORCL', 'tcp', 'db1', 1521, '(SID=ORCL)'],
  ['tcps://db1:2484/HCDB', 'tcps', 'db1', 2484, '(SERVICE_NAME=HCDB)'],
  ['[fd00::5]:1521/HCDB', 'tcp', 'fd00::5', 1521, '(SERVICE_NAME=HCDB)'],
])('%s is a descriptor with deadlines', (connect, protocol, host, port, database) => {
  expect(toConnectString(connect, 4_200)).toBe(
    `${HEAD}(ADDRESS=(PROTOCOL=${protocol})(HOST=${host})(PORT=${port}))(CONNECT_DATA=${database}))`,
  )
})

test.each([
  '(DESCRIPTION=(ADDRESS=(PROTOCOL=tcp)(HOST=h)(PORT=1)))',
  'MYALIAS',
  'h1,h2:1521/HCDB?retry_count=1',
])('%s goes as it is', (connect) => expect(toConnectString(connect, 5_000)).toBe(connect))

test.each([
  ['10.0.0.5:1521/HCDB', true],
  ['(DESCRIPTION=(SECURITY=(SSL_SERVER_CERT_DN="CN=a,E=b@c")))', true],
  ['scott/tiger@10.0.0.5:1521/HCDB', false],
  ['10.0.0.5 1521', false],
])('the option connect takes %s: %s', (connect, taken) => {
  const { type, pattern } = ORACLE_OPTIONS.connect
  expect(Value.Check({ type, pattern }, connect)).toBe(taken)
})

test('a server with a long descriptor is named by its instance', () => {
  const options = { instance: 'hcdb1', user: 'u', connectTimeout: '5s' }
  expect(toOracleTarget({ ...options, connect: 'db1/X' }, 'w').server).toBe('Oracle db1/X')
  const connect = `(DESCRIPTION=${'(ADDRESS=)'.repeat(20)})`
  expect(toOracleTarget({ ...options, connect }, 'w').server).toBe('Oracle hcdb1')
})

test.each([
  { connect: '10.0.0.5:1521/HCDB', problem: undefined },
  { connect: '10.0.0.5:1521:HCDB1', problem: undefined },
  { connect: 'db/HCDB', problem: undefined },
  { connect: 'tcps://db:2484/HCDB', problem: undefined },
  { connect: '(DESCRIPTION=(ADDRESS=…))', problem: undefined },
  { connect: '10.0.0.5:1521', problem: '10.0.0.5:1521 has no service' },
  { connect: '10.0.0.5:99999/HCDB', problem: 'there is no port 99999' },
  { connect: 'hcdb', problem: /^hcdb has no service, and there is no configDirectory/ },
])('of $connect it is said: $problem', ({ connect, problem }) => {
  const found = findConnectProblem(connect, false)?.en
  if (problem instanceof RegExp) expect(found).toMatch(problem)
  else expect(found).toBe(problem)
  expect(findConnectProblem('hcdb', true)).toBeUndefined()
})
