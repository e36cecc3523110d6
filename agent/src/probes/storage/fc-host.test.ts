import { expect, test } from 'vitest'
import { NoDataError } from '../../probe.ts'
import { parseHex, parseSpeed } from '../../sources/storage/fc-hosts.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { StorageBench } from '../../testing/storage-bench.ts'
import fcHost from './fc-host.ts'

async function openBench(state = 'Online'): Promise<StorageBench> {
  const bench = await StorageBench.open()
  await writePort(bench, 'host3', state)
  return bench
}

async function writePort(
  bench: StorageBench,
  hba: string,
  state: string,
  crc = '0x5',
): Promise<void> {
  const at = `/sys/class/fc_host/${hba}`
  await bench.write({
    [`${at}/port_name`]: '0x100000109b1c2d3e\n',
    [`${at}/port_state`]: `${state}\n`,
    [`${at}/speed`]: state === 'Online' ? '16 Gbit\n' : 'unknown\n',
    [`${at}/statistics/invalid_crc_count`]: `${crc}\n`,
    [`${at}/statistics/loss_of_sync_count`]: '0x2\n',
    [`${at}/statistics/link_failure_count`]: '0xffffffffffffffff\n',
    [`${at}/statistics/rx_words`]: '0x1d4e1f3a0b\n',
  })
}

describeProbe(fcHost, { open: () => openBench() })

test('gives state, speed and counters; what the adapter does not count is missing', async () => {
  await using bench = await openBench()
  const { samples } = await sampleOnce(fcHost, bench.session)
  expect(samples).toEqual([
    {
      measurement: 'fc_host',
      tags: { hba: 'host3', wwpn: '100000109b1c2d3e' },
      fields: {
        port_state: 1,
        left_online: 0,
        speed_gbit: 16,
        invalid_crc_total: 5,
        loss_of_sync_total: 2,
        rx_words_total: 0x1d4e1f3a0b,
        errors_1h: undefined,
      },
    },
  ])
})

test('a port that was online and left is told; one that was never used is not', async () => {
  await using bench = await openBench('Linkdown')
  const before = await sampleOnce(fcHost, bench.session)
  expect(before.samples[0]?.fields).toMatchObject({ port_state: 3, left_online: 0 })
  await writePort(bench, 'host3', 'Online')
  await sampleOnce(fcHost, bench.session)
  await writePort(bench, 'host3', 'Offline')
  const after = await sampleOnce(fcHost, bench.session)
  expect(after.samples[0]?.fields).toMatchObject({ port_state: 2, left_online: 1 })
  expect(after.samples[0]?.fields['speed_gbit']).toBe(undefined)
  await writePort(bench, 'host3', 'Brand new word')
  const unknown = await sampleOnce(fcHost, bench.session)
  expect(unknown.samples[0]?.fields).toMatchObject({ port_state: 0, left_online: undefined })
})

test('counts errors of the last hour, through a reset of the counters', async () => {
  await using bench = await openBench()
  let memory: unknown
  const run = async (minute: number, crc: string) => {
    await writePort(bench, 'host3', 'Online', crc)
    const sampled = await sampleOnce(fcHost, bench.session, {
      memory,
      monotonicMs: minute * 60_000,
    })
    memory = sampled.memory
    return sampled.samples[0]?.fields['errors_1h']
  }
  expect(await run(0, '0x5')).toBe(undefined)
  expect(await run(1, '0xf')).toBe(10)
  expect(await run(30, '0x10')).toBe(11)
  expect(await run(61, '0x10')).toBe(1)
  expect(await run(62, '0x1')).toBe(undefined)
  expect(await run(63, '0x4')).toBe(3)
})

test('has no data without an adapter', async () => {
  await using bench = await StorageBench.open()
  await expect(sampleOnce(fcHost, bench.session)).rejects.toThrow(NoDataError)
})

test.each([
  { text: '0x0', is: 0 },
  { text: '0xffffffffffffffff', is: undefined },
  { text: '0xffffffff', is: undefined },
  { text: '12', is: undefined },
  { text: '0x', is: undefined },
  { text: undefined, is: undefined },
])('hexadecimal $text is $is', ({ text, is }) => expect(parseHex(text)).toBe(is))

test.each([
  { text: '16 Gbit', is: 16 },
  { text: '128 Gbit', is: 128 },
  { text: 'unknown', is: undefined },
  { text: 'Not Negotiated', is: undefined },
])('speed $text is $is', ({ text, is }) => expect(parseSpeed(text)).toBe(is))
