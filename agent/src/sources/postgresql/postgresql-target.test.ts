import { expect, test } from 'vitest'

import { CONNECT_PATTERN, describeTarget, parseConnect } from './postgresql-target.ts'

test.each([
  [
    '10.0.0.5:5433/hc',
    { host: '10.0.0.5', port: 5433, database: 'hc' },
    'PostgreSQL 10.0.0.5:5433',
  ],
  ['pg1', { host: 'pg1', port: 5432, database: 'postgres' }, 'PostgreSQL pg1:5432'],
  ['pg1:65535', { host: 'pg1', port: 65_535, database: 'postgres' }, 'PostgreSQL pg1:65535'],
  [
    '[fe80::1]:5432/医院',
    { host: 'fe80::1', port: 5432, database: '医院' },
    'PostgreSQL [fe80::1]:5432',
  ],
  [
    '/var/run/postgresql',
    { host: '/var/run/postgresql', port: 5432, database: 'postgres' },
    'PostgreSQL /var/run/postgresql:5432',
  ],
  [
    '/tmp/pg-1:5433/hc',
    { host: '/tmp/pg-1', port: 5433, database: 'hc' },
    'PostgreSQL /tmp/pg-1:5433',
  ],
])('%s', (text, expected, shown) => {
  expect(text).toMatch(new RegExp(CONNECT_PATTERN, 'u'))
  const parsed = parseConnect(text)
  expect(parsed).toEqual(expected)
  expect(describeTarget(parsed)).toBe(shown)
})

test.each([
  ['', 'nothing'],
  ['pg1:0', 'port 0'],
  ['pg1:65536', 'a port that does not exist'],
  ['pg1/hc', 'a database without a port'],
  ['fe80::1', 'IPv6 without brackets'],
  ['pg 1', 'a blank'],
  ['postgres://pg1/hc', 'a URL'],
])('refuses "%s": %s', (text) => {
  expect(text).not.toMatch(new RegExp(CONNECT_PATTERN, 'u'))
})
