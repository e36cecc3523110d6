import { expect, test } from 'vitest'
import { NoDataError } from '../../probe.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { RecordedDevice } from '../../testing/recorded-device.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { LINUX_WALK, SWITCH_WALK, WINDOWS_WALK } from '../../testing/snmp-host-walks.ts'
import net from './net.ts'

describeProbe(net, { open: () => Promise.resolve(new RecordedDevice(LINUX_WALK)) })

test('64-bit counters where there are any, 32-bit ones else; two of a name are told apart', async () => {
  const { samples } = await sampleOnce(net, new RecordedDevice(LINUX_WALK))
  expect(samples).toEqual([
    {
      measurement: 'net',
      tags: { interface: 'eth0' },
      fields: {
        bytes_recv: 9_000_000_000,
        bytes_sent: 8_000_000_000,
        packets_recv: 123,
        packets_sent: 91,
        err_in: 4,
        err_out: 6,
        drop_in: 3,
        drop_out: 5,
        speed: 10_000,
      },
    },
    {
      measurement: 'net',
      tags: { interface: 'eth0 #3' },
      fields: { bytes_recv: 3000, bytes_sent: 700, packets_recv: 32, speed: 100 },
    },
  ])
})

test('Windows has its connections, and drivers stacked on them are left out', async () => {
  const { samples } = await sampleOnce(net, new RecordedDevice(WINDOWS_WALK))
  expect(samples).toMatchObject([
    { tags: { interface: 'Ethernet0' }, fields: { bytes_recv: 1000 } },
  ])
})

const BROCADE = '1.3.6.1.4.1.1588.2.1.1.1'
const CISCO = '1.3.6.1.4.1.9.12.3.1.3.607'

test.each([
  { what: 'a Brocade', id: BROCADE, says: 'Fibre Channel Switch.', given: ['mgmt0'] },
  { what: 'an MDS', id: CISCO, says: 'Cisco NX-OS(tm) m9100', given: ['mgmt0'] },
  { what: 'a Nexus', id: CISCO, says: 'Cisco NX-OS(tm) n5000', given: ['mgmt0', 'fc1/1'] },
  { what: 'another switch', id: '1.3.6.1.4.1.3873', says: 'QLogic', given: ['mgmt0', 'fc1/1'] },
])('FC ports of $what are given once', async ({ id, says, given }) => {
  const device = new RecordedDevice(`
1.3.6.1.2.1.1.1.0|4|${says}
1.3.6.1.2.1.1.2.0|6|${id}
1.3.6.1.2.1.1.3.0|67|360000
1.3.6.1.2.1.2.2.1.2.1|4|mgmt0
1.3.6.1.2.1.2.2.1.2.2|4|fc1/1
1.3.6.1.2.1.2.2.1.3.1|2|6
1.3.6.1.2.1.2.2.1.3.2|2|56
1.3.6.1.2.1.2.2.1.10.1|65|1000
1.3.6.1.2.1.2.2.1.10.2|65|2000
`)
  const { samples } = await sampleOnce(net, device)
  expect(samples.map(({ tags }) => tags['interface'])).toEqual(given)
})

test('a device without IF-MIB has none', async () => {
  await expect(sampleOnce(net, new RecordedDevice(SWITCH_WALK))).rejects.toBeInstanceOf(NoDataError)
})
