import { expect, test } from 'vitest'

import type { Statement } from '../../statement.ts'
import { oracleError } from '../../testing/fake-oracle.ts'
import { describeDenial, StatementError } from '../server/server-driver.ts'
import { reading } from './grant.ts'
import { toStatementError } from './to-statement-error.ts'

const TEXT = `SELECT s.SID, f.BYTES FROM V$SESSION s, sys."DBA_DATA_FILES" f`
const STATEMENT: Statement = {
  id: 'oracle.test',
  text: TEXT,
  ...reading('V$SESSION', 'DBA_DATA_FILES'),
  cost: 'cheap',
}
const NOT_THERE = 'ORA-00942: table or view does not exist'

test.each([
  [NOT_THERE, 'denied', 'ORA-00942'],
  ['ORA-01031: insufficient privileges', 'denied', 'ORA-01031'],
  ['ORA-41900: missing READ privilege on "SYS"."V_$SESSION"', 'denied', 'ORA-41900'],
  ['ORA-00904: "S"."NO_SUCH": invalid identifier', 'unsupported', 'ORA-00904'],
  ['ORA-02003: invalid USERENV parameter', 'unsupported', 'ORA-02003'],
  ['NJS-123: call timeout of 5000 ms exceeded', 'timeout', 'NJS-123'],
  ['DPI-1067: call timeout of 5000 ms exceeded with ORA-3136', 'timeout', 'ORA-03136'],
  ['ORA-01013: user requested cancel of current operation', 'timeout', 'ORA-01013'],
  ['NJS-500: closed\nORA-00028: your session has been killed', 'lost', 'ORA-00028'],
  ['ORA-01012: not logged on', 'lost', 'ORA-01012'],
  ['ORA-03113: end-of-file on communication channel', 'lost', 'ORA-03113'],
  ['ORA-03135: connection lost contact', 'lost', 'ORA-03135'],
  ['NJS-500: closed or broken\nNJS-521: received end-of-file', 'lost', 'NJS-500'],
  ['NJS-500: closed\nORA-00600: internal error code', 'lost', 'NJS-500'],
  ['ORA-01555: snapshot too old', 'other', 'ORA-01555'],
  ['ORA-04063: view "SYS.DBA_USERS" has errors', 'other', 'ORA-04063'],
  ['something else', 'other', ''],
] as const)('%s: %s', (message, failure, vendorCode) => {
  const error = toStatementError(oracleError(message), STATEMENT, true)
  expect(error).toMatchObject({ failure, vendorCode })
  expect(error).toBeInstanceOf(StatementError)
})

test('a cancel that took the session along is told as a silent line', () => {
  const error = oracleError('NJS-123: call timeout of 5000 ms exceeded')
  expect(toStatementError(error, STATEMENT, false).failure).toBe('silent')
})

test.each([
  { note: 'by its place', at: 'V$SESSION', message: NOT_THERE, object: 'V_$SESSION' },
  { note: 'with its owner', at: 'sys."DBA', message: NOT_THERE, object: 'DBA_DATA_FILES' },
  {
    note: 'by its name, since 23ai',
    at: undefined,
    message: 'ORA-00942: table or view "SYS"."V_$SESSION" does not exist',
    object: 'V_$SESSION',
  },
  {
    note: 'not where the place is another thing',
    at: 'SELECT',
    message: NOT_THERE,
    object: undefined,
  },
  { note: 'not where there is no place', at: undefined, message: NOT_THERE, object: undefined },
])('the view that is denied is found $note', ({ at, message, object }) => {
  const error = oracleError(message, at === undefined ? {} : { offset: TEXT.indexOf(at) })
  expect(toStatementError(error, STATEMENT, true).object).toBe(object)
})

test('of a column that the release lacks, the DBA is told no grant', () => {
  const error = oracleError('ORA-00904: "S"."NO_SUCH": invalid identifier')
  const text = describeDenial(STATEMENT, toStatementError(error, STATEMENT, true), 'wardround')
  expect(text.en).toContain('"S"."NO_SUCH"')
  for (const told of Object.values(text)) expect(told).not.toContain('GRANT')
})

test('the DBA is told the one grant that is missing', () => {
  const error = oracleError(NOT_THERE, { offset: TEXT.indexOf('V$SESSION') })
  const { en } = describeDenial(STATEMENT, toStatementError(error, STATEMENT, true), 'wardround')
  expect(en).toContain('GRANT SELECT ON SYS.V_$SESSION TO wardround')
  expect(en).not.toContain('GRANT SELECT ON SYS.DBA_DATA_FILES')
})
