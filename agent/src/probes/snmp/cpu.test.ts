import { describe, expect, test } from 'vitest'
import { NoDataError } from '../../probe.ts'
import { evaluateTicks } from '../../sources/snmp/host/processor-times.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { RecordedDevice } from '../../testing/recorded-device.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { LINUX_WALK, SWITCH_WALK, WINDOWS_WALK } from '../../testing/snmp-host-walks.ts'
import cpu from './cpu.ts'

const STATS = '1.3.6.1.4.1.2021.11'

describeProbe(cpu, { open: () => Promise.resolve(new RecordedDevice(WINDOWS_WALK)) })

test('of net-snmp it is where the time went between two runs, over a wrap', async () => {
  const device = new RecordedDevice(LINUX_WALK)
  const first = await sampleOnce(cpu, device)
  expect(first.samples).toEqual([])
  device.set(`${STATS}.50.0`, 1030)
  device.set(`${STATS}.52.0`, 520)
  device.set(`${STATS}.53.0`, 24) // 30 more, past 2^32
  device.set(`${STATS}.54.0`, 30)
  const { samples } = await sampleOnce(cpu, device, { memory: first.memory })
  expect(samples).toEqual([
    {
      measurement: 'cpu',
      tags: { cpu: 'cpu-total' },
      fields: {
        usage_active: 70,
        usage_user: 30,
        usage_nice: 0,
        usage_system: 20,
        usage_idle: 30,
        usage_iowait: 20,
      },
    },
  ])
})

test('of Windows it is the mean of what its processors were busy', async () => {
  const { samples } = await sampleOnce(cpu, new RecordedDevice(WINDOWS_WALK))
  expect(samples[0]?.fields).toEqual({ usage_active: 3, usage_idle: 97 })
})

test('a load that is none does not count', async () => {
  const device = new RecordedDevice(WINDOWS_WALK)
  device.set('1.3.6.1.2.1.25.3.3.1.2.7', 255)
  const { samples } = await sampleOnce(cpu, device)
  expect(samples[0]?.fields).toEqual({ usage_active: 2, usage_idle: 98 })
})

test('a switch is no host', async () => {
  await expect(sampleOnce(cpu, new RecordedDevice(SWITCH_WALK))).rejects.toBeInstanceOf(NoDataError)
})

describe('between two readings', () => {
  const ticks = { user: 100, system: 100, idle: 1000 }

  test.each([
    ['nothing passed', ticks, ticks],
    ['the host was restarted', { user: 4e5, system: 3e5, idle: 9e6 }, ticks],
    ['the host began to count something', ticks, { ...ticks, idle: 2000, steal: 5 }],
  ])('there is none when %s', (_, before, now) =>
    expect(evaluateTicks(before, now)).toBeUndefined(),
  )

  test('iowait that goes back a little is none', () => {
    const usage = evaluateTicks({ ...ticks, iowait: 50 }, { ...ticks, idle: 1100, iowait: 48 })
    expect(usage).toMatchObject({ usage_idle: 100, usage_iowait: 0 })
  })
})
