import { expect, test } from 'vitest'

import { optionOf } from './command-line-option.ts'
import { parseListeners, parseUnixSockets } from './parse-sockets.ts'

const line = (address: string, state = '0A') =>
  `   1: ${address}:1F90 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  1000        0 4711 1 0000000000000000 100 0 0 10 0`

test.each([
  ['00000000', '127.0.0.1'],
  ['0100007F', '127.0.0.1'],
  ['0500000A', '10.0.0.5'],
  ['00000000000000000000000000000000', '127.0.0.1'],
  ['00000000000000000000000001000000', '[::1]'],
  ['0000000000000000FFFF00000500000A', '10.0.0.5'],
  ['B80D0120000000000000000001000000', '[2001:db8:0:0:0:0:0:1]'],
])('reads %s as %s', (address, host) => {
  expect(parseListeners(line(address))).toEqual([{ host, port: 8080, uid: 1000, inode: '4711' }])
})

test.each(['', 'rubbish', line('0100007F', '01'), '1: 0:0 0 0A'])(
  'takes “%s” for no listener',
  (text) => {
    expect(parseListeners(text)).toEqual([])
  },
)

test('gives sockets that accept connections, and only those with a path', () => {
  const text = `Num       RefCount Protocol Flags    Type St Inode Path
0000000000000000: 00000002 00000000 00010000 0001 01 27210 /run/mysqld/mysqld.sock
0000000000000000: 00000003 00000000 00000000 0001 03 27211 /run/mysqld/mysqld.sock
0000000000000000: 00000002 00000000 00010000 0001 01 27212 @abstract
0000000000000000: 00000002 00000000 00010000 0001 01 27213`
  expect(parseUnixSockets(text)).toEqual(['/run/mysqld/mysqld.sock'])
})

test.each([
  [['-p', '1'], ['-p', '--port'], '1'],
  [['-p1'], ['-p', '--port'], '1'],
  [['--port=1'], ['-p', '--port'], '1'],
  [['--port', '1'], ['-p', '--port'], '1'],
  [['--data_dir=/x'], ['--data-dir'], '/x'],
  [['-c', 'port=1'], ['-c port'], '1'],
  [['-cport=1'], ['-c port'], '1'],
  [['-c', 'other=1'], ['-c port'], undefined],
  [['--portx=1', 'p'], ['--port'], undefined],
  [['-p'], ['-p'], undefined],
])('%s: %s is %s', (commandLine, names, value) => {
  expect(optionOf(commandLine, names)).toBe(value)
})
