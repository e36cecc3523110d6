import { expect, test } from 'vitest'

import { describeHostProbe } from '../../testing/host-contract.ts'
import { HostTree } from '../../testing/host-fixture.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { parseMeminfo } from '../../sources/parse-meminfo.ts'
import swap, { toSwapSpace } from './swap.ts'

describeHostProbe(swap)

test('gives space in use and traffic in bytes', async () => {
  await using host = await HostTree.open({
    '/proc/meminfo': 'MemTotal: 1 kB\nSwapTotal: 200 kB\nSwapFree: 150 kB\n',
    '/proc/vmstat': 'nr_free_pages 5\npswpin 3\npswpout 7\n',
  })
  const { samples } = await sampleOnce(swap, host.session)
  const { pageBytes } = host.session
  expect(samples[0]?.fields).toEqual({
    total: 200 * 1024,
    free: 150 * 1024,
    used: 50 * 1024,
    used_percent: 25,
    in: 3 * pageBytes,
    out: 7 * pageBytes,
  })
})

test('has no share in use where there is no swap, and no traffic where the kernel counts none', async () => {
  await using host = await HostTree.open({
    '/proc/meminfo': 'MemTotal: 1 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n',
    '/proc/vmstat': 'nr_free_pages 5\n',
  })
  const { samples } = await sampleOnce(swap, host.session)
  expect(samples[0]?.fields).toMatchObject({ total: 0, used: 0 })
  expect(samples[0]?.fields['used_percent']).toBeUndefined()
  expect(samples[0]?.fields['in']).toBeUndefined()
})

test('is empty for a kernel without swap', () => {
  expect(toSwapSpace(parseMeminfo(Buffer.from('MemTotal: 1 kB\n')))).toEqual({})
})
