import { expect, test } from 'vitest'

import { oracleError } from '../../testing/fake-oracle.ts'
import { parseOracleError } from './oracle-error.ts'

test.each([
  {
    note: 'the server’s own code stands before the driver’s',
    error: oracleError(
      'NJS-500: connection to Oracle Database was closed or broken\nORA-01089: immediate shutdown in progress\nHelp: https://docs.oracle.com/error-help/db/ora-01089/',
    ),
    codes: ['ORA-01089', 'NJS-500'],
    text: 'NJS-500: connection to Oracle Database was closed or broken ORA-01089: immediate shutdown in progress',
  },
  {
    note: 'a listener’s code has no zeros, and an id that is new each time is not news',
    error: oracleError(
      'NJS-511: connection to listener at host h port 1521 was refused. (CONNECTION_ID=3r2pODzMbyhON9Per87bQA==)\nCause: ORA-1153',
    ),
    codes: ['ORA-01153', 'NJS-511'],
    text: 'NJS-511: connection to listener at host h port 1521 was refused. Cause: ORA-1153',
  },
  {
    note: 'the listener’s family of codes is Oracle’s',
    error: new Error('TNS-12541: TNS:no listener'),
    codes: ['ORA-12541'],
    text: 'TNS-12541: TNS:no listener',
  },
  {
    note: 'OpenSSL’s thread numbers are left out',
    error: oracleError('NJS-506: TLS failure\n40AD2D80EE7F0000:error:0A00010B:SSL routines::wrong'),
    codes: ['NJS-506'],
    text: 'NJS-506: TLS failure error:0A00010B:SSL routines::wrong',
  },
  {
    note: 'an error without a code',
    error: new TypeError('x of null'),
    codes: [],
    text: 'x of null',
  },
  { note: 'no error at all', error: 'rubbish', codes: [], text: 'rubbish' },
])('$note', ({ error, codes, text }) => {
  expect(parseOracleError(error)).toMatchObject({ codes, text })
})

test('what a stranger answers moves no cursor', () => {
  expect(parseOracleError(new Error('a\u001b[2Jb\u0000\r\nc')).text).toBe('a [2Jb c')
})

test('what it says is cut where it never ends', () => {
  expect(parseOracleError(new Error('x'.repeat(5_000))).text).toHaveLength(300)
})
