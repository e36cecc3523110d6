import { createServer, connect } from 'node:net'
import { once } from 'node:events'
import { expect, test } from 'vitest'

import { NoDataError, ProbeError } from '../../probe.ts'
import { openHost } from '../../sources/host.ts'
import { describeHostProbe } from '../../testing/host-contract.ts'
import { HostTree } from '../../testing/host-fixture.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import netstat from './netstat.ts'
import { parseSockstat } from './parse-sockstat.ts'
import { countTcpStates } from './parse-tcp-table.ts'

describeHostProbe(netstat)

const HEADING =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n'

function lines(...states: readonly string[]): string {
  const toLine = (state: string, index: number): string =>
    `${String(index).padStart(4)}: 0100007F:CB14 0100007F:47FC ${state} 00000000:00000000 03:00001002 00000000     0\n`
  return HEADING + states.map(toLine).join('')
}

test('counts sockets of both families by state', async () => {
  await using host = await HostTree.open({
    '/proc/net/tcp': lines('01', '01', '06', '0A', '08'),
    '/proc/net/tcp6': `${HEADING}   0: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 00000000\n`,
    '/proc/net/sockstat': 'sockets: used 17\nTCP: inuse 1 orphan 0 tw 0\nUDP: inuse 3 mem 0\n',
    '/proc/net/sockstat6': 'TCP6: inuse 0\nUDP6: inuse 2\n',
  })
  const { samples } = await sampleOnce(netstat, host.session)
  expect(samples[0]?.fields).toEqual({
    tcp_established: 2,
    tcp_syn_sent: 0,
    tcp_syn_recv: 0,
    tcp_fin_wait1: 0,
    tcp_fin_wait2: 0,
    tcp_time_wait: 1,
    tcp_close: 0,
    tcp_close_wait: 1,
    tcp_last_ack: 0,
    tcp_listen: 2,
    tcp_closing: 0,
    udp_socket: 5,
  })
})

test('does without IPv6 and without sockstat', async () => {
  await using host = await HostTree.open({ '/proc/net/tcp': lines('0A') })
  const { samples } = await sampleOnce(netstat, host.session)
  expect(samples[0]?.fields).toMatchObject({ tcp_listen: 1, udp_socket: undefined })
})

test('has no data without /proc/net/tcp', async () => {
  await using host = await HostTree.open()
  await expect(sampleOnce(netstat, host.session)).rejects.toThrow(NoDataError)
})

test('finds connections of this very process', async ({ skip }) => {
  skip(process.platform !== 'linux', 'not on this machine: there is no /proc')
  await using opened = await openHost({ root: '/' })
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const client = connect(address.port, '127.0.0.1')
  await once(client, 'connect')
  const fields = (await sampleOnce(netstat, opened.session)).samples[0]?.fields
  client.destroy()
  server.close()
  expect(fields?.['tcp_listen']).toBeGreaterThanOrEqual(1)
  expect(fields?.['tcp_established']).toBeGreaterThanOrEqual(1)
})

test.each([
  { text: '', place: '/proc/net/tcp:1' },
  { text: `${HEADING}rubbish\n`, place: '/proc/net/tcp:2' },
  { text: `${lines('01')}   1: 0100007F:CB14 0100007F:47FC`, place: '/proc/net/tcp:3' },
  { text: lines('XX'), place: '/proc/net/tcp:2' },
  { text: lines('7F'), place: '/proc/net/tcp:2' },
])('refuses $text', ({ text, place }) => {
  const count = (): void => countTcpStates(Buffer.from(text), '/proc/net/tcp', new Uint32Array(16))
  expect(count).toThrow(ProbeError)
  expect(count).toThrow(place)
})

test('parseSockstat leaves out a protocol that is not listed, and refuses one without its count', () => {
  expect(parseSockstat(Buffer.from('TCP: inuse 1\n'), 'sockstat', 'UDP')).toBeUndefined()
  expect(() => parseSockstat(Buffer.from('UDP: mem 1\n'), 'sockstat', 'UDP')).toThrow('sockstat:1')
})
