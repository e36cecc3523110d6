import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NoDataError } from '../../probe.ts'
import { toPort } from '../../sources/snmp/mds/mds-ports.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { RecordedDevice } from '../../testing/recorded-device.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { mdsWalk } from '../../testing/snmp-walks/mds-walk.ts'
import mdsPort from './mds-port.ts'

const ERRORS = '1.3.6.1.4.1.9.9.289.1.2.1.1'
const OPER = '1.3.6.1.2.1.2.2.1.8'

const open = () => new RecordedDevice(mdsWalk(), 'mds-a')

describeProbe(mdsPort, { open: () => Promise.resolve(open()) })

test('gives FC ports by the switch’s names, and no other interface', async () => {
  const { samples } = await sampleOnce(mdsPort, open())
  const ports = samples.filter(({ measurement }) => measurement === 'fc_port')
  expect(ports.map(({ tags }) => tags)).toEqual([
    { device: 'mds-a', port: 'fc1/1', name: 'his-db1' },
    { device: 'mds-a', port: 'fc1/2' },
    { device: 'mds-a', port: 'fc1/3' },
  ])
  expect(ports[0]?.fields).toMatchObject({
    oper_state: 1,
    link_state: 1,
    left_online: 0,
    speed: 8000,
    tx_bytes_total: 10_000_000,
    rx_bytes_total: 5_000_000,
    crc_errors_total: 3,
    bb_credit_zero_total: 400_000,
    counters_reset: 0,
  })
  expect(ports[1]?.fields).toMatchObject({ oper_state: 2, loss_of_signal_total: 4 })
  expect(ports[2]?.fields).toMatchObject({ link_state: 2 })
  expect(samples.at(-1)?.fields).toEqual({ ports: 3, ports_online: 1 })
})

test('tells growth, and a port that left but not one that was shut', async () => {
  const device = open()
  const { memory } = await sampleOnce(mdsPort, device)
  device.set(`${ERRORS}.6.16777216`, 10)
  device.set(`${ERRORS}.15.16777216`, 400_000n + 2_400_000n)
  device.set(`${OPER}.16777216`, 2)
  device.set('1.3.6.1.2.1.1.3.0', 8_646_000)
  const later = await sampleOnce(mdsPort, device, { memory, monotonicMs: 60_000 })
  expect(later.samples[0]?.fields).toMatchObject({
    left_online: 1,
    crc_errors_10m: 7,
    bb_credit_zero_percent: 10,
  })
  device.set('1.3.6.1.2.1.2.2.1.7.16777216', 2)
  const shut = await sampleOnce(mdsPort, device, { memory, monotonicMs: 120_000 })
  expect(shut.samples[0]?.fields['left_online']).toBeUndefined()
})

test('is for an MDS, not for a Nexus or another maker', async () => {
  for (const [id, text] of [
    ['1.3.6.1.4.1.9.12.3.1.3.1062', 'Cisco NX-OS(tm) n5000, Software'],
    ['1.3.6.1.4.1.1588.2.1.1.1', 'MDS'],
  ]) {
    const walk = `1.3.6.1.2.1.1.1.0|4|${text}\n1.3.6.1.2.1.1.2.0|6|${id}`
    await expect(sampleOnce(mdsPort, new RecordedDevice(walk))).rejects.toThrow(NoDataError)
  }
})

test('has no data of an MDS that gives nothing', async () => {
  const walk =
    '1.3.6.1.2.1.1.1.0|4|Cisco SAN-OS(tm) m9100\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.9.12.3.1.3.587'
  await expect(sampleOnce(mdsPort, new RecordedDevice(walk))).rejects.toThrow(NoDataError)
})

test('takes no port for online that is not said to be', () => {
  const value = fc.oneof(
    fc.integer(),
    fc.uint8Array({ maxLength: 9 }),
    fc.string(),
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  )
  const columns = fc.array(fc.tuple(fc.nat({ max: 18 }), value))
  fc.assert(
    fc.property(columns, (given) => {
      const row = new Map(given)
      const port = toPort('1', row, row, row, row)
      if (port.operState === 1) expect(Number(row.get(8))).toBe(1)
      for (const { value: count } of port.counters) expect(count ?? 0).toBeGreaterThanOrEqual(0)
    }),
  )
})
