import { expect, test } from 'vitest'

import { judgeFirstAnswer } from './postgresql-line.ts'

function message(kind: string, body: Buffer | string): Buffer {
  const bytes = Buffer.from(body)
  const head = Buffer.alloc(5)
  head.write(kind, 'latin1')
  head.writeInt32BE(4 + bytes.length, 1)
  return Buffer.concat([head, bytes])
}

function authentication(code: number, rest = ''): Buffer {
  const head = Buffer.alloc(4)
  head.writeInt32BE(code)
  return message('R', Buffer.concat([head, Buffer.from(rest)]))
}

test.each([
  ['no password asked', authentication(0)],
  ['SCRAM', authentication(10, 'SCRAM-SHA-256\0\0')],
  ['one that is not all there yet', authentication(10, 'SCRAM-SHA-256\0\0').subarray(0, 7)],
  ['an error', message('E', 'SFATAL\0C53300\0Mtoo many\0\0')],
])('takes %s', (_note, bytes) => {
  expect(judgeFirstAnswer(bytes)).toBeUndefined()
})

test.each([
  ['HTTP', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ['SSH', Buffer.from('SSH-2.0-OpenSSH_9.2\r\n')],
  ['MySQL', Buffer.from([0x4a, 0, 0, 0, 0x0a, 0x38, 0x2e, 0x30, 0])],
  ['words that begin with an E', Buffer.from('ERR unknown command\r\n')],
  ['words that begin with an R', Buffer.from('READY to serve\r\n')],
  ['an error whose texts have no end', message('E', 'SFATAL')],
  ['a list of mechanisms without an end', authentication(10, 'SCRAM-SHA-256')],
  ['a message that is too long', Buffer.from([0x45, 0x7f, 0xff, 0xff, 0xff, 0x53, 0, 0, 0, 0])],
  ['a message that is too short', Buffer.from([0x52, 0, 0, 0, 4, 0, 0, 0, 0])],
])('refuses %s', (_note, bytes) => {
  expect(judgeFirstAnswer(bytes)).toBe('garbage')
})

test('GSSAPI and SSPI are not supported', () => {
  expect(judgeFirstAnswer(authentication(7))).toBe('unsupported')
  expect(judgeFirstAnswer(authentication(9))).toBe('unsupported')
})
