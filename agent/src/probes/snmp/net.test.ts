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

test('a device without IF-MIB has none', async () => {
  await expect(sampleOnce(net, new RecordedDevice(SWITCH_WALK))).rejects.toBeInstanceOf(NoDataError)
})
