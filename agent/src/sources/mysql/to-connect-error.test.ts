import { expect, test } from 'vitest'
import { ConnectError } from '../server/connect-failure.ts'
import { lineError } from './greeted-socket.ts'
import { toConnectError } from './to-connect-error.ts'

test.each([
  [1045, 'wrong_password'],
  [1698, 'wrong_password'],
  [3118, 'account_locked'],
  [3955, 'account_locked'],
  [4150, 'account_locked'],
  [4151, 'account_locked'],
  [1820, 'password_expired'],
  [1862, 'password_expired'],
  [1040, 'too_many_sessions'],
  [1203, 'too_many_sessions'],
  [1226, 'too_many_sessions'],
  [1053, 'not_open'],
  [3032, 'not_open'],
  [1049, 'unknown_service'],
  [3159, 'tls'],
  [1129, 'not_permitted'],
  [1130, 'not_permitted'],
  [1044, 'not_permitted'],
  [1251, 'unsupported'],
  [9999, 'other'],
])('the server says %i: %s', (errno, failure) => {
  const thrown = Object.assign(new Error('as the server says it'), { errno, code: 'ER_X' })
  const error = toConnectError(thrown, 'MySQL 10.0.0.5:3306')
  expect(error.failure).toBe(failure)
  for (const text of [error.text.zh, error.text.en]) {
    expect(text).toContain('MySQL 10.0.0.5:3306')
    expect(text).toContain(`${errno}: as the server says it`)
  }
  expect(error.text.zh).toMatch(/\p{Script=Han}/u)
})

test.each([
  ['ECONNREFUSED', 'unreachable'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ECONNRESET', 'unreachable'],
  ['PROTOCOL_CONNECTION_LOST', 'unreachable'],
  ['ENOENT', 'unreachable'],
  ['EACCES', 'not_permitted'],
  ['ENOTFOUND', 'unknown_host'],
  ['EAI_AGAIN', 'unknown_host'],
  ['ETIMEDOUT', 'timeout'],
  ['HANDSHAKE_NO_SSL_SUPPORT', 'tls'],
  ['HANDSHAKE_SSL_ERROR', 'tls'],
  ['AUTH_SWITCH_PLUGIN_ERROR', 'unsupported'],
  ['HANDSHAKE_UNKNOWN_ERROR', 'garbage'],
  ['SOMETHING_ELSE', 'other'],
])('the line says %s: %s', (code, failure) => {
  const thrown = Object.assign(new Error('why'), { code, errno: -111 })
  expect(toConnectError(thrown, 'MySQL db1:3306').failure).toBe(failure)
})

test('what was told already stays as it is, and what is no error is told too', () => {
  const told = new ConnectError('tls', { zh: '一', en: 'one' })
  expect(toConnectError(told, 'MySQL db1')).toBe(told)
  expect(toConnectError('why', 'MySQL db1').text.en).toContain('why')
})

test('an error of ours has a code and no words: those are in both languages already', () => {
  const { text } = toConnectError(lineError('ETIMEDOUT'), 'MySQL db1')
  expect(text.zh).toMatch(/（ETIMEDOUT）$/)
  expect(text.en).toMatch(/ \(ETIMEDOUT\)$/)
})
