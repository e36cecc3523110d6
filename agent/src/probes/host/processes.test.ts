import { expect, test } from 'vitest'

import { openHost } from '../../sources/host.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { HostTree } from '../../testing/host-fixture.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import processes from './processes.ts'

async function openTree(): Promise<HostTree> {
  const host = await HostTree.open()
  const states = ['R', 'S', 'S', 'D', 'T', 't', 'Z', 'I', 'X']
  for (const [index, state] of states.entries()) {
    await host.tree.writeProcess({ pid: index + 1, state, threads: state === 'S' ? 4 : 1 })
  }
  return host
}

describeProbe(processes, { open: openTree })

test('counts by state; what has no field of its own is in the total', async () => {
  await using host = await openTree()
  const { samples } = await sampleOnce(processes, host.session)
  expect(samples[0]?.fields).toEqual({
    total: 9,
    running: 1,
    sleeping: 2,
    blocked: 1,
    stopped: 2,
    zombies: 1,
    total_threads: 15,
  })
})

test('finds the processes of this machine', async ({ skip }) => {
  skip(process.platform !== 'linux', 'not on this machine: there is no /proc')
  await using opened = await openHost({ root: '/' })
  const { samples } = await sampleOnce(processes, opened.session)
  expect(samples[0]?.fields['total']).toBeGreaterThan(1)
  expect(samples[0]?.fields['running']).toBeGreaterThanOrEqual(1)
})
