import { describe, expect, test } from 'vitest'

import { describeHostProbe } from '../../testing/host-contract.ts'
import { HostTree, readHostFixture } from '../../testing/host-fixture.ts'
import { sampleOnce, type SampledRun } from '../../testing/sample-once.ts'
import net from './net.ts'
import { parseNetDev } from './parse-net-dev.ts'

describeHostProbe(net)

const HEADINGS =
  'Inter-|   Receive                                                |  Transmit\n face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n'

function table(...names: readonly string[]): string {
  return HEADINGS + names.map((name) => `${name}: 1 2 3 4 0 0 0 0 5 6 7 8 0 0 0 0\n`).join('')
}

function interfacesOf({ samples }: SampledRun): (string | undefined)[] {
  return samples.map(({ tags }) => tags['interface'])
}

describe('parseNetDev', () => {
  test('takes both halves of a line', () => {
    expect(parseNetDev(Buffer.from(table('  eth0')))).toEqual([
      {
        name: 'eth0',
        bytesReceived: 1,
        packetsReceived: 2,
        errorsReceived: 3,
        dropsReceived: 4,
        bytesSent: 5,
        packetsSent: 6,
        errorsSent: 7,
        dropsSent: 8,
      },
    ])
  })

  test('does without the blank that old kernels leave out behind the colon', () => {
    const [first] = parseNetDev(
      Buffer.from(`${HEADINGS}  eth0:4294967290 2 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n`),
    )
    expect(first).toMatchObject({ name: 'eth0', bytesReceived: 4294967290 })
  })

  test.each([
    { text: '', place: '/proc/net/dev:1' },
    { text: `${HEADINGS}eth0 1 2\n`, place: '/proc/net/dev:3' },
    { text: `${HEADINGS}eth0: 1 2 3\n`, place: '/proc/net/dev:3' },
  ])('refuses $text', ({ text, place }) => {
    expect(() => parseNetDev(Buffer.from(text))).toThrow(place)
  })
})

describe('host.net', () => {
  test('gives the one interface of the recorded machine that is up', async () => {
    await using host = await HostTree.open(readHostFixture('linux-6.18').files)
    expect(interfacesOf(await sampleOnce(net, host.session))).toEqual(['eth0'])
  })

  test('leaves out loopback, ends of containers, and what is down', async () => {
    await using host = await HostTree.open({
      '/proc/net/dev': table(
        'lo',
        'eth0',
        'eth1',
        'bond0',
        'bond0.17',
        'veth1a2b',
        'cali9',
        'tap3',
      ),
      '/sys/class/net/eth0/flags': '0x1003\n',
      '/sys/class/net/eth1/flags': '0x1002\n',
    })
    expect(interfacesOf(await sampleOnce(net, host.session))).toEqual(['eth0', 'bond0', 'bond0.17'])
  })

  test.each([
    { text: '10000\n', speed: 10_000 },
    { text: '-1\n', speed: undefined },
    { text: '4294967295\n', speed: undefined },
    { text: '0\n', speed: undefined },
    { text: '', speed: undefined },
  ])('takes the speed $text as $speed', async ({ text, speed }) => {
    await using host = await HostTree.open({
      '/proc/net/dev': table('eth0'),
      '/sys/class/net/eth0/speed': text,
    })
    const { samples } = await sampleOnce(net, host.session)
    expect(samples[0]?.fields['speed']).toBe(speed)
  })

  test('asks for flags and speed again after a minute, and when an interface appears', async () => {
    await using host = await HostTree.open({
      '/proc/net/dev': table('eth0'),
      '/sys/class/net/eth0/speed': '1000',
    })
    let memory: unknown
    const speedAt = async (monotonicMs: number): Promise<number | undefined> => {
      const run = await sampleOnce(net, host.session, { memory, monotonicMs })
      memory = run.memory
      return run.samples[0]?.fields['speed']
    }
    expect(await speedAt(0)).toBe(1000)
    await host.write({ '/sys/class/net/eth0/speed': '100' })
    expect(await speedAt(59_999)).toBe(1000)
    expect(await speedAt(60_000)).toBe(100)
    await host.write({ '/proc/net/dev': table('eth0', 'eth1'), '/sys/class/net/eth0/speed': '10' })
    expect(await speedAt(70_000)).toBe(10)
  })

  test('gives the interfaces of other systems as they come', async () => {
    const session = { portable: { net: async () => [{ name: 'en0', fields: { bytes_sent: 5 } }] } }
    expect((await sampleOnce(net, session)).samples).toEqual([
      { measurement: 'net', tags: { interface: 'en0' }, fields: { bytes_sent: 5 } },
    ])
  })
})
