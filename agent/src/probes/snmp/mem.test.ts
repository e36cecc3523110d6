import { expect, test } from 'vitest'
import { NoDataError } from '../../probe.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { RecordedDevice } from '../../testing/recorded-device.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { LINUX_WALK, SWITCH_WALK, WINDOWS_WALK } from '../../testing/snmp-host-walks.ts'
import mem from './mem.ts'

const K = 1024

describeProbe(mem, { open: () => Promise.resolve(new RecordedDevice(LINUX_WALK)) })

test('of net-snmp: available is what is free, buffered and cached', async () => {
  const { samples } = await sampleOnce(mem, new RecordedDevice(LINUX_WALK))
  expect(samples.map(({ fields }) => fields)).toEqual([
    {
      total: 1000 * K,
      available: 500 * K,
      available_percent: 50,
      used: 500 * K,
      used_percent: 50,
      free: 100 * K,
      buffered: 20 * K,
      cached: 380 * K,
    },
    { total: 500 * K, used: 100 * K, free: 400 * K, used_percent: 20 },
  ])
})

test('of a newer net-snmp: as the kernel estimates it, in 64 bits', async () => {
  const device = new RecordedDevice(LINUX_WALK)
  device.set('1.3.6.1.4.1.2021.4.20.0', 5_000_000_000n)
  device.set('1.3.6.1.4.1.2021.4.27.0', 4_000_000_000n)
  const { samples } = await sampleOnce(mem, device)
  expect(samples[0]?.fields).toMatchObject({
    total: 5e9 * K,
    available: 4e9 * K,
    used_percent: 20,
  })
})

test('of Windows: what is in use, and what it promised to programs; its paging file is not told', async () => {
  const { samples } = await sampleOnce(mem, new RecordedDevice(WINDOWS_WALK))
  expect(samples.map(({ fields }) => fields)).toEqual([
    {
      total: 200_000 * 65_536,
      available: 150_000 * 65_536,
      available_percent: 75,
      used: 50_000 * 65_536,
      used_percent: 25,
      committed_as: 60_000 * 65_536,
      commit_limit: 300_000 * 65_536,
    },
    {},
  ])
})

test('paging spaces (AIX) are added up', async () => {
  const device = new RecordedDevice(WINDOWS_WALK)
  device.set('1.3.6.1.2.1.25.2.3.1.3.3', Buffer.from('/dev/hd6'))
  const { samples } = await sampleOnce(mem, device)
  expect(samples[1]?.fields).toEqual({
    total: 300_000 * 65_536,
    used: 60_000 * 65_536,
    free: 240_000 * 65_536,
    used_percent: 20,
  })
})

test('more in use than there is makes no sense', async () => {
  const device = new RecordedDevice(WINDOWS_WALK)
  device.set('1.3.6.1.2.1.25.2.3.1.6.4', 200_001)
  await expect(sampleOnce(mem, device)).rejects.toBeInstanceOf(NoDataError)
})

test('a switch is no host', async () => {
  await expect(sampleOnce(mem, new RecordedDevice(SWITCH_WALK))).rejects.toBeInstanceOf(NoDataError)
})
