import { expect, test } from 'vitest'

import { oracleError } from '../../testing/fake-oracle.ts'
import { CONNECT_FAILURES, ConnectError } from '../server/connect-failure.ts'
import { CONNECT_PROBLEMS } from './connect-problems.ts'
import { describeConnectProblem, toConnectError } from './to-connect-error.ts'

const SERVER = 'Oracle 10.0.0.5:1521/HCDB'

/** Messages as Oracle and node-oracledb write them. */
const CASES = [
  [
    'ORA-01017: invalid credential or not authorized; logon denied',
    'wrong_password',
    'password file',
  ],
  ['ORA-28000: The account is locked.', 'account_locked', 'ACCOUNT UNLOCK'],
  ['ORA-28001: The account has expired.', 'password_expired', 'change it'],
  [
    'ORA-01045: user WARDROUND lacks CREATE SESSION privilege',
    'not_permitted',
    'GRANT CREATE SESSION',
  ],
  ['ORA-00018: maximum number of sessions exceeded', 'too_many_sessions', 'V$RESOURCE_LIMIT'],
  ['ORA-00020: maximum number of processes (300) exceeded', 'too_many_sessions', 'processes'],
  ['ORA-02391: exceeded simultaneous SESSIONS_PER_USER limit', 'too_many_sessions', 'profile'],
  ['NJS-511: refused.\nCause: ORA-12516', 'too_many_sessions', 'processes'],
  ['NJS-511: refused.\nCause: ORA-12519', 'too_many_sessions', 'processes'],
  ['NJS-511: refused.\nCause: ORA-12520', 'too_many_sessions', 'processes'],
  [
    'ORA-12518: TNS:listener could not hand off client connection',
    'too_many_sessions',
    'processes',
  ],
  ['ORA-01033: ORACLE initialization or shutdown in progress', 'not_open', 'physical standby'],
  [
    'ORA-01034: ORACLE not available\nORA-27101: shared memory realm does not exist',
    'not_started',
    'STARTUP',
  ],
  ['NJS-500: closed\nORA-01089: immediate shutdown in progress', 'not_open', 'stopping'],
  ['ORA-01090: shutdown in progress', 'not_open', 'stopping'],
  ['NJS-511: refused.\nCause: ORA-12528', 'not_open', 'not mounted'],
  [
    'ORA-01035: ORACLE only available to users with RESTRICTED SESSION privilege',
    'not_open',
    'restricted',
  ],
  ['ORA-00257: Archiver error. Connect AS SYSDBA only until resolved.', 'other', 'archiver'],
  [
    'NJS-518: Service "X" is not registered with the listener',
    'unknown_service',
    'lsnrctl services',
  ],
  ['NJS-519: SID "X" is not registered with the listener', 'unknown_service', 'HOST:PORT/SERVICE'],
  ['NJS-515: error in Easy Connect connection string', 'unknown_service', 'HOST:PORT/SERVICE'],
  ['NJS-516: no configuration directory set', 'unknown_service', 'HOST:PORT/SERVICE'],
  ['NJS-520: File tnsnames.ora not found in /x', 'unknown_service', 'HOST:PORT/SERVICE'],
  ['ORA-12514: TNS:listener does not currently know of service', 'unknown_service', 'lsnrctl'],
  ['ORA-12505: TNS:listener does not currently know of SID', 'unknown_service', 'lsnrctl'],
  ['ORA-12154: TNS:could not resolve the connect identifier', 'unknown_service', 'connect'],
  ['NJS-530: The host addresses are incorrect', 'unknown_host', 'DNS'],
  ['ORA-12545: Connect failed because target host does not exist', 'unknown_host', 'DNS'],
  ['NJS-510: connection timed out', 'timeout', 'connectTimeout'],
  ['ORA-12170: TNS:Connect timeout occurred', 'timeout', 'listener hangs'],
  ['NJS-503: could not be established. connect ECONNREFUSED', 'unreachable', 'lsnrctl status'],
  ['NJS-500: closed or broken\nNJS-521: received end-of-file', 'unreachable', 'validnode_checking'],
  ['NJS-511: refused.\nCause: ORA-12541', 'unreachable', 'lsnrctl status'],
  ['ORA-12537: TNS:connection closed', 'unreachable', 'listener'],
  ['ORA-03113: end-of-file on communication channel', 'unreachable', 'listener'],
  ['NJS-506: TLS handshake failure. self-signed certificate', 'tls', 'NODE_EXTRA_CA_CERTS'],
  [
    'NJS-508: TLS detected an invalid certificate. h not present in certificate',
    'tls',
    'host name',
  ],
  ['ORA-29024: Certificate validation failure', 'tls', 'certificate'],
  ['ORA-28759: failure to open file', 'tls', 'ewallet.pem'],
  [
    'NJS-138: connections to this database server version are not supported by node-oracledb in Thin mode',
    'unsupported',
    'mode: thick',
  ],
  [
    'NJS-116: password verifier type 0x939 is not supported by node-oracledb in Thin mode',
    'unsupported',
    'Instant Client 19',
  ],
  [
    'NJS-533: Advanced Networking Option service negotiation failed.\nCause: ORA-12660',
    'unsupported',
    '',
  ],
  ['ORA-28040: No matching authentication protocol', 'unsupported', 'Instant Client 19'],
  ['ORA-03134: Connections to this server version are no longer supported.', 'unsupported', '11.2'],
  ['DPI-1072: the Oracle Client library version is unsupported', 'unsupported', 'clientDirectory'],
  ['DPI-1047: Cannot locate a 64-bit Oracle Client library', 'unsupported', 'libaio'],
  ['NJS-045: cannot load a node-oracledb Thick mode binary for Node.js', 'unsupported', '.node'],
  ['NJS-103: unexpected message type 72 received', 'garbage', 'port'],
  ['NJS-500: closed\nNJS-501: terminated. Invalid packet length: 0', 'garbage', 'Oracle Net'],
  ['ORA-00600: internal error code', 'other', 'ORA-00600'],
] as const

test.each(CASES)('%s: %s', (message, failure, hint) => {
  const error = toConnectError(oracleError(message), SERVER, false)
  expect(error).toBeInstanceOf(ConnectError)
  expect(error.failure).toBe(failure)
  expect(error.text.en).toContain(hint)
  for (const text of Object.values(error.text)) {
    expect(text).toContain(SERVER)
    expect(text).toContain(message.split('\n')[0])
  }
})

test('thin mode that meets Native Network Encryption says to use thick mode', () => {
  const error = oracleError(
    'NJS-533: Advanced Networking Option service negotiation failed. Native Network Encryption and DataIntegrity only supported in node-oracledb thick mode.\nCause: ORA-12660',
  )
  expect(toConnectError(error, SERVER, true).text.en).toContain('mode: thick')
})

test('an error of the language while decoding is garbage, before any connection too', () => {
  expect(toConnectError(new RangeError('out of range'), SERVER, true).failure).toBe('garbage')
})

test('a connect string that is not understood is the site’s before, and the listener’s after the connection', () => {
  const error = oracleError('NJS-514: syntax error in connection string')
  expect(toConnectError(error, SERVER, false).failure).toBe('unknown_service')
  expect(toConnectError(error, SERVER, true).failure).toBe('garbage')
})

test('what is classified already passes', () => {
  const error = new ConnectError('tls', { zh: '证书', en: 'certificate' })
  expect(toConnectError(error, SERVER, true)).toBe(error)
})

test('no code means two things, and each problem is told in both languages', () => {
  const codes = CONNECT_PROBLEMS.flatMap((problem) => problem.codes)
  expect(codes.filter((code, at) => codes.indexOf(code) !== at)).toEqual([])
  for (const { zh, en, failure } of CONNECT_PROBLEMS) {
    expect(CONNECT_FAILURES).toContain(failure)
    expect(zh).toMatch(/\p{Script=Han}/u)
    expect(en).not.toMatch(/\p{Script=Han}/u)
  }
})

test('a class without an error of the driver has its words as well', () => {
  expect(describeConnectProblem('timeout', SERVER).en).toContain('no answer within connectTimeout')
})
