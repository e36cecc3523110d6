import { expect, test } from 'vitest'
import type { OptionProblem } from '../source.ts'
import { parseTarget } from './snmp/snmp-target.ts'
import { snmpSource } from './snmp.ts'

const secret = { file: 'x' }
const V3 = { version: 'v3', user: 'wardround', connect: '10.0.0.9' }
const V2C = { version: 'v2c', community: secret, connect: '10.0.0.9' }

const check = (options: Readonly<Record<string, unknown>>): readonly OptionProblem[] =>
  snmpSource.check?.(options) ?? []

test.each([
  ['v3 without keys', V3],
  ['v3 with both keys', { ...V3, authKey: secret, privKey: secret, context: 'VF:128' }],
  ['v2c', V2C],
  ['v1', { ...V2C, version: 'v1' }],
])('%s is fine', (_, options) => expect(check(options)).toEqual([]))

test.each([
  ['v3 without a user', { version: 'v3' }, 'user'],
  ['v3 with a community', { ...V3, community: secret }, 'community'],
  ['privacy without authentication', { ...V3, privKey: secret }, 'privKey'],
  ['v2c without a community', { version: 'v2c' }, 'community'],
  ['v2c with a user', { ...V2C, user: 'x' }, 'user'],
  ['v1 with a context', { ...V2C, version: 'v1', context: 'VF:128' }, 'context'],
  ['a timeout of a minute', { ...V3, timeout: '1m' }, 'timeout'],
  ['a port that is none', { ...V3, connect: '10.0.0.9:99999' }, 'connect'],
])('%s is refused', (_, options, option) => {
  const problems = check(options)
  expect(problems.map((problem) => problem.option)).toEqual([option])
  expect(problems[0]?.what.zh).not.toBe('')
})

const metric = (given: Readonly<Record<string, unknown>>) => ({
  ...V3,
  metrics: [{ measurement: 'ups', fields: [{ name: 'load', oid: '1.3.6.1.1.0' }], ...given }],
})

test.each([
  ['no field', metric({ fields: [] }), 'has no field'],
  [
    'a field twice',
    metric({
      fields: [
        { name: 'a', oid: '1.3.6.1.1.0' },
        { name: 'a', oid: '1.3.6.1.2.0' },
      ],
    }),
    'given twice',
  ],
  ['a field without its OID', metric({ fields: [{ name: 'a' }] }), 'wants its OID'],
  ['a column outside of a table', metric({ fields: [{ name: 'a', column: 1 }] }), 'wants its OID'],
  [
    'a table without a tag',
    metric({ table: '1.3.6.1.1', fields: [{ name: 'a', column: 1 }] }),
    'no tag tells',
  ],
  ['a tag of two origins', metric({ tags: [{ name: 't', value: 'x', index: true }] }), 'not clear'],
  ['a tag of a column without a table', metric({ tags: [{ name: 't', column: 1 }] }), 'not clear'],
  ['a tag that is stamped', metric({ tags: [{ name: 'host', value: 'x' }] }), 'stamps'],
  [
    'a state with a scale',
    metric({ fields: [{ name: 'a', oid: '1.3.6.1.1.0', scale: 2, states: [] }] }),
    'neither',
  ],
  [
    'a scale of nothing',
    metric({ fields: [{ name: 'a', oid: '1.3.6.1.1.0', scale: 0 }] }),
    'above 0',
  ],
])('metrics with %s are refused', (_, options, expected) => {
  expect(check(options).map(({ what }) => what.en)).toEqual([expect.stringContaining(expected)])
})

test('two entries of one measurement have the same tags', () => {
  const fields = (name: string) => [{ name, oid: '1.3.6.1.1.0' }]
  const entries = [
    { measurement: 'ups', fields: fields('a') },
    { measurement: 'ups', fields: fields('b'), tags: [{ name: 't', value: 'x' }] },
  ]
  expect(check({ ...V3, metrics: entries })[0]?.what.en).toContain('other tags')
})

test.each([
  ['10.0.0.9', { host: '10.0.0.9', port: 161 }],
  ['fcsw1.example:1161', { host: 'fcsw1.example', port: 1161 }],
  ['[fd00::9]', { host: 'fd00::9', port: 161 }],
  ['[fe80::9%eth0]:1161', { host: 'fe80::9%eth0', port: 1161 }],
  ['fd00::9', undefined],
  ['10.0.0.9:0', undefined],
  ['10.0.0.9:65536', undefined],
  ['udp://10.0.0.9', undefined],
])('%s', (text, expected) => expect(parseTarget(text)).toEqual(expected))
