import { expect, test } from 'vitest'
import { formatMysqlAddress, MYSQL_ADDRESS_PATTERN, parseMysqlAddress } from './mysql-address.ts'

test.each([
  ['10.0.0.5:3306', { host: '10.0.0.5', port: 3306 }, '10.0.0.5:3306'],
  ['db1', { host: 'db1', port: 3306 }, 'db1:3306'],
  ['[2001:db8::1]:3307', { host: '2001:db8::1', port: 3307 }, '[2001:db8::1]:3307'],
  ['db1:65535', { host: 'db1', port: 65_535 }, 'db1:65535'],
  ['[::1]', { host: '::1', port: 3306 }, '[::1]:3306'],
  ['/run/mysqld/mysqld.sock', { path: '/run/mysqld/mysqld.sock' }, '/run/mysqld/mysqld.sock'],
])('%s', (text, address, shown) => {
  expect(text).toMatch(new RegExp(MYSQL_ADDRESS_PATTERN))
  expect(parseMysqlAddress(text)).toEqual(address)
  expect(formatMysqlAddress(parseMysqlAddress(text))).toBe(shown)
})

test.each([
  '',
  'db1:',
  'db1:port',
  '2001:db8::1',
  'db 1:3306',
  'db1:123456',
  'mysql://db1',
  'db1:0',
  'db1:65536',
  'db1:70000',
])('"%s" is refused where agent.yaml is read', (text) => {
  expect(text).not.toMatch(new RegExp(MYSQL_ADDRESS_PATTERN))
})

test.each(['db1:0', 'db1:65536'])('%s has no port', (text) => {
  expect(() => parseMysqlAddress(text)).toThrow(RangeError)
})
