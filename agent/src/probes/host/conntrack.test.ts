import { expect, test } from 'vitest'

import { NoDataError } from '../../probe.ts'
import { describeHostProbe } from '../../testing/host-contract.ts'
import { HostTree } from '../../testing/host-fixture.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import conntrack from './conntrack.ts'

describeHostProbe(conntrack)

test('gives count and limit under Telegraf’s old names', async () => {
  await using host = await HostTree.open({
    '/proc/sys/net/netfilter/nf_conntrack_count': '12\n',
    '/proc/sys/net/netfilter/nf_conntrack_max': '262144\n',
  })
  const { samples } = await sampleOnce(conntrack, host.session)
  expect(samples[0]?.fields).toEqual({ ip_conntrack_count: 12, ip_conntrack_max: 262144 })
})

test('has no data where the module is not loaded', async () => {
  await using host = await HostTree.open()
  await expect(sampleOnce(conntrack, host.session)).rejects.toThrow(NoDataError)
})
