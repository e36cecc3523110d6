import { expect, test } from 'vitest'

import { NoDataError } from '../../probe.ts'
import { describeHostProbe } from '../../testing/host-contract.ts'
import { HostTree } from '../../testing/host-fixture.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import nstat from './nstat.ts'
import { parseProtocolCounters } from './parse-protocol-counters.ts'

describeHostProbe(nstat)

test('takes columns by their names, wherever this kernel has them', async () => {
  await using host = await HostTree.open({
    '/proc/net/netstat':
      'TcpExt: SyncookiesSent ListenOverflows ListenDrops\nTcpExt: 1 22 23\nIpExt: InOctets\nIpExt: 9\n',
    '/proc/net/snmp': 'Ip: Forwarding\nIp: 1\nTcp: MaxConn RetransSegs InErrs\nTcp: -1 44 0\n',
  })
  const { samples } = await sampleOnce(nstat, host.session)
  expect(samples).toEqual([
    {
      measurement: 'nstat',
      tags: { name: 'netstat' },
      fields: { TcpExtListenOverflows: 22, TcpExtListenDrops: 23 },
    },
    { measurement: 'nstat', tags: { name: 'snmp' }, fields: { TcpRetransSegs: 44 } },
  ])
})

test('has no data without its files', async () => {
  await using host = await HostTree.open()
  await expect(sampleOnce(nstat, host.session)).rejects.toThrow(NoDataError)
})

function parse(text: string): unknown {
  return parseProtocolCounters(Buffer.from(text), '/proc/net/snmp', 'Tcp', ['InErrs', 'OutRsts'])
}

test.each([
  {
    note: 'a name that the kernel does not know',
    text: 'Tcp: InErrs\nTcp: 3\n',
    values: { InErrs: 3 },
  },
  { note: 'a protocol that is missing', text: 'Ip: A\nIp: 1\n', values: {} },
  { note: 'none of the names', text: 'Tcp: A\nTcp: 1\n', values: {} },
  { note: 'a protocol of a longer name', text: 'TcpExt: InErrs\nTcpExt: 3\n', values: {} },
])('parseProtocolCounters leaves out $note', ({ text, values }) => {
  expect(parse(text)).toEqual(values)
})

test.each([
  { text: 'Tcp: InErrs\n', place: '/proc/net/snmp:1' },
  { text: 'Tcp: InErrs\nIp: 1\n', place: '/proc/net/snmp:2' },
  { text: 'Tcp: A InErrs\nTcp: 1\n', place: '/proc/net/snmp:2' },
])('parseProtocolCounters refuses $text', ({ text, place }) => {
  expect(() => parse(text)).toThrow(place)
})
