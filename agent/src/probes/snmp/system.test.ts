import { expect, test } from 'vitest'
import { NoDataError } from '../../probe.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { RecordedDevice } from '../../testing/recorded-device.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { LINUX_WALK, SWITCH_WALK, WINDOWS_WALK } from '../../testing/snmp-host-walks.ts'
import system from './system.ts'

describeProbe(system, { open: () => Promise.resolve(new RecordedDevice(LINUX_WALK)) })

test('load, processors, users, processes and uptime', async () => {
  const { samples } = await sampleOnce(system, new RecordedDevice(LINUX_WALK))
  expect(samples.map(({ fields }) => fields)).toEqual([
    { load1: 0.46, load5: 0.13, load15: 0.02, n_cpus: 2, n_users: 3, uptime: 86_400 },
    { total: 165 },
  ])
})

test('Windows has no load', async () => {
  const { samples } = await sampleOnce(system, new RecordedDevice(WINDOWS_WALK))
  expect(samples[0]?.fields).toEqual({ n_cpus: 2, n_users: 5, uptime: 1_277_166 })
})

test.each([
  ['a switch', SWITCH_WALK],
  ['a device without hrSystem', '1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.8072.3.2.10'],
])('%s has none', async (_, walk) => {
  await expect(sampleOnce(system, new RecordedDevice(walk))).rejects.toBeInstanceOf(NoDataError)
})
