import { expect, test } from 'vitest'

import { toStatementFailure } from './statement-failure.ts'

function serverError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}

test.each([
  ['42501', 'permission denied for function pg_ls_waldir', 'denied', 'pg_ls_waldir'],
  ['42501', 'permission denied for view pg_stat_statements', 'denied', 'pg_stat_statements'],
  ['42501', '对函数 pg_ls_waldir 权限不够', 'denied', 'pg_ls_waldir'],
  ['42501', 'permission denied for database secret', 'denied', 'secret'],
  ['42P01', 'relation "pg_stat_io" does not exist', 'missing', 'pg_stat_io'],
  ['42P01', '关系 "pg_stat_io" 不存在', 'missing', 'pg_stat_io'],
  ['42883', 'function pg_nowhere() does not exist', 'missing', 'pg_nowhere'],
  ['57014', 'canceling statement due to statement timeout', 'timeout', undefined],
  ['55P03', 'canceling statement due to lock timeout', 'other', undefined],
  ['57P01', 'terminating connection due to administrator command', 'lost', undefined],
  ['08006', 'connection failure', 'lost', undefined],
  ['EPIPE', 'write EPIPE', 'lost', undefined],
  ['ECONNRESET', 'read ECONNRESET', 'lost', undefined],
  ['22P05', 'character has no equivalent in encoding', 'other', undefined],
])('%s %s', (code, message, failure, object) => {
  expect(toStatementFailure(serverError(code, message))).toMatchObject({
    failure,
    object,
    vendorCode: code,
    message,
  })
})

test('an error of the driver itself is the end of the session', () => {
  expect(toStatementFailure(new Error('Connection terminated unexpectedly')).failure).toBe('lost')
})
