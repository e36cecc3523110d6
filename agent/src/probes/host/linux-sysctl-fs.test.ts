import { expect, test } from 'vitest'

import { NoDataError } from '../../probe.ts'
import { describeHostProbe } from '../../testing/host-contract.ts'
import { HostTree } from '../../testing/host-fixture.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import linuxSysctlFs from './linux-sysctl-fs.ts'
import { parseNumbers } from './parse-numbers.ts'

describeHostProbe(linuxSysctlFs)

test('takes file-nr apart into those in use and the limit', async () => {
  await using host = await HostTree.open({
    '/proc/sys/fs/file-nr': '738\t0\t2466170\n',
    '/proc/sys/fs/inode-nr': '106113\t6155\n',
  })
  const { samples } = await sampleOnce(linuxSysctlFs, host.session)
  expect(samples[0]?.fields).toEqual({
    'file-nr': 738,
    'file-max': 2466170,
    'inode-nr': 106113,
    'aio-nr': undefined,
  })
})

test('has no limit where the kernel has LONG_MAX', async () => {
  await using host = await HostTree.open({
    '/proc/sys/fs/file-nr': '738\t0\t9223372036854775807\n',
  })
  const { samples } = await sampleOnce(linuxSysctlFs, host.session)
  expect(samples[0]?.fields['file-max']).toBeUndefined()
})

test('has no data where there is none of its files', async () => {
  await using host = await HostTree.open()
  await expect(sampleOnce(linuxSysctlFs, host.session)).rejects.toThrow(NoDataError)
})

test.each(['', '\n', 'a b\n', '1 b\n'])('parseNumbers refuses %j', (text) => {
  expect(() => parseNumbers(Buffer.from(text), '/proc/sys/fs/x')).toThrow('/proc/sys/fs/x:1')
})
