import { expect, test } from 'vitest'

import { describeHostProbe } from '../../testing/host-contract.ts'
import { HostTree } from '../../testing/host-fixture.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import kernel from './kernel.ts'
import { parseKernelStat } from './parse-kernel-stat.ts'

describeHostProbe(kernel)

const STAT =
  'cpu  1 2 3 4\nintr 900 1 2 3\nctxt 1234\nbtime 1795327980\nprocesses 77\nprocs_running 1\n'

test('takes the sum of interrupts and the other counters of /proc/stat', async () => {
  await using host = await HostTree.open({
    '/proc/stat': STAT,
    '/proc/sys/kernel/random/entropy_avail': '256\n',
  })
  const { samples } = await sampleOnce(kernel, host.session)
  expect(samples[0]?.fields).toEqual({
    boot_time: 1795327980,
    context_switches: 1234,
    interrupts: 900,
    processes_forked: 77,
    entropy_avail: 256,
  })
})

test('does without entropy', async () => {
  await using host = await HostTree.open({ '/proc/stat': STAT })
  const { samples } = await sampleOnce(kernel, host.session)
  expect(samples[0]?.fields['entropy_avail']).toBeUndefined()
  expect(samples[0]?.fields['context_switches']).toBe(1234)
})

test('refuses a line without its number', () => {
  expect(() => parseKernelStat(Buffer.from('ctxt 1\nbtime \n'))).toThrow('/proc/stat:2')
})
