import { expect, test } from 'vitest'

import { toLogonFailure } from './logon-failure.ts'

const TARGET = { host: '10.0.0.5', port: 5432 }

function serverError(code: string, routine: string, message = 'as the server says'): Error {
  return Object.assign(new Error(message), { code, routine })
}

function failureOf(code: string, wasAsked = false): string {
  const error = Object.assign(new Error('as the server says'), { code })
  const { failure, text } = toLogonFailure(error, TARGET, wasAsked)
  for (const words of [text.zh, text.en]) expect(words).toContain('PostgreSQL 10.0.0.5:5432')
  return failure
}

test.each([
  ['28P01', 'wrong_password'],
  ['28000', 'not_permitted'],
  ['42501', 'not_permitted'],
  ['3D000', 'unknown_service'],
  ['53300', 'too_many_sessions'],
  ['55000', 'not_open'],
  ['57P01', 'not_open'],
  ['57P03', 'not_open'],
  ['08006', 'unreachable'],
  ['08P01', 'unsupported'],
  ['42704', 'unsupported'],
  ['XX000', 'other'],
  ['ECONNREFUSED', 'unreachable'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ECONNRESET', 'unreachable'],
  ['ENOENT', 'unreachable'],
  ['ENOTFOUND', 'unknown_host'],
  ['EAI_AGAIN', 'unknown_host'],
  ['ETIMEDOUT', 'timeout'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'tls'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
  ['CERT_HAS_EXPIRED', 'tls'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
  ['EPROTO', 'tls'],
])('%s is %s', (code, failure) => {
  expect(failureOf(code)).toBe(failure)
})

test('28000 after the password was sent is a wrong password: LDAP, PAM and RADIUS say so', () => {
  expect(failureOf('28000', true)).toBe('wrong_password')
})

test('an error without a code is a peer that went away', () => {
  const { failure } = toLogonFailure(new Error('Connection terminated'), TARGET, false)
  expect(failure).toBe('unreachable')
})

test.each([
  'role "wardround" is not permitted to log in',
  '不允许角色"wardround"进行登录',
  'rôle « wardround » : connexion non autorisée',
])('NOLOGIN is a locked account, with and without a password: %s', (message) => {
  const error = serverError('28000', 'InitializeSessionUserId', message)
  for (const wasAsked of [true, false]) {
    const { failure, text } = toLogonFailure(error, TARGET, wasAsked)
    expect(failure).toBe('account_locked')
    for (const words of [text.zh, text.en]) expect(words).toContain('ALTER ROLE … LOGIN')
  }
})

test('a role that is not there is no locked one', () => {
  const error = serverError('28000', 'InitializeSessionUserId', 'role "wardround" does not exist')
  expect(toLogonFailure(error, TARGET, false).failure).toBe('not_permitted')
})

test.each([
  ['InitializeSessionUserId', ['ALTER ROLE'], ['ALTER DATABASE', 'max_connections']],
  ['CheckMyDatabase', ['ALTER DATABASE'], ['ALTER ROLE', 'max_connections']],
  ['InitProcess', ['max_connections'], ['ALTER ROLE', 'ALTER DATABASE']],
  ['AnotherOne', ['ALTER ROLE', 'ALTER DATABASE', 'max_connections'], []],
])('the limit that %s tells of has its own cure', (routine, cures, others) => {
  const { text } = toLogonFailure(serverError('53300', routine), TARGET, true)
  for (const words of [text.zh, text.en]) {
    for (const cure of cures) expect(words).toContain(cure)
    for (const other of others) expect(words).not.toContain(other)
  }
})

test('the sentence comes first, what the server said in brackets', () => {
  const { text } = toLogonFailure(serverError('28P01', 'auth_failed'), TARGET, true)
  expect(text.zh).toMatch(
    /^PostgreSQL 10\.0\.0\.5:5432：用户名或密码被拒绝.*VALID UNTIL.*（as the server says）$/,
  )
})
