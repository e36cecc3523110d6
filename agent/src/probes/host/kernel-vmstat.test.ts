import { expect, test } from 'vitest'

import { describeHostProbe } from '../../testing/host-contract.ts'
import { HostTree } from '../../testing/host-fixture.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import kernelVmstat from './kernel-vmstat.ts'
import { parseCounters } from './parse-counters.ts'

describeHostProbe(kernelVmstat)

test('leaves out what an old kernel does not count', async () => {
  await using host = await HostTree.open({
    '/proc/vmstat': 'pswpin 1\npswpout 2\npgfault 100\npgmajfault 9\n',
  })
  const { samples } = await sampleOnce(kernelVmstat, host.session)
  expect(samples[0]?.fields).toEqual({ pswpin: 1, pswpout: 2, pgmajfault: 9 })
})

test('does not take a name for another that begins alike', () => {
  const bytes = Buffer.from('pgmajfault_x 1\noom_kill 4\npgmajfault 2\n')
  expect(parseCounters(bytes, '/proc/vmstat', ['pgmajfault', 'oom_kill'])).toEqual({
    pgmajfault: 2,
    oom_kill: 4,
  })
})

test('refuses a value that is no number, naming file and line', () => {
  const parse = (): unknown =>
    parseCounters(Buffer.from('a 1\noom_kill x\n'), '/proc/vmstat', ['oom_kill'])
  expect(parse).toThrow('/proc/vmstat:2')
})
