import { expect, test } from 'vitest'
import { NoDataError } from '../../probe.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { RecordedDevice } from '../../testing/recorded-device.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { LINUX_WALK, SWITCH_WALK, WINDOWS_WALK } from '../../testing/snmp-host-walks.ts'
import disk from './disk.ts'

describeProbe(disk, { open: () => Promise.resolve(new RecordedDevice(LINUX_WALK)) })

test('local file systems, with df’s numbers where dskTable has them', async () => {
  const { samples } = await sampleOnce(disk, new RecordedDevice(LINUX_WALK))
  expect(samples).toEqual([
    {
      measurement: 'disk',
      tags: { path: '/', device: 'mapper/vg-root', fstype: 'ext2', mode: 'rw' },
      fields: {
        total: 4_096_000,
        used: 1_638_400,
        free: 2_048_000,
        used_percent: (100 * 1600) / 3600,
        inodes_used_percent: 7,
      },
    },
    {
      measurement: 'disk',
      // 3,000,000,000 blocks do not fit into 31 bits
      tags: { path: '/u01', device: '', fstype: '', mode: 'ro' },
      fields: {
        total: 3e9 * 4096,
        used: 1.5e9 * 4096,
        free: 1.5e9 * 4096,
        used_percent: 50,
      },
    },
  ])
})

test('drives of Windows by their letter, without an empty CD-ROM', async () => {
  const { samples } = await sampleOnce(disk, new RecordedDevice(WINDOWS_WALK))
  expect(samples).toEqual([
    {
      measurement: 'disk',
      tags: { path: 'C:\\', device: '', fstype: '', mode: 'rw' },
      fields: {
        total: 26e6 * 4096,
        used: 6.5e6 * 4096,
        free: 19.5e6 * 4096,
        used_percent: 25,
      },
    },
  ])
})

test('the halves of what is larger than 2 TiB are put together', async () => {
  const device = new RecordedDevice(LINUX_WALK)
  for (const [column, value] of [
    [13, 5],
    [14, 1],
    [15, 7],
    [16, 2],
  ] as const)
    device.set(`1.3.6.1.4.1.2021.9.1.${column}.1`, value)
  const { samples } = await sampleOnce(disk, device)
  expect(samples[0]?.fields).toMatchObject({
    free: (2 ** 32 + 5) * 1024,
    used: (2 ** 33 + 7) * 1024,
  })
})

test('a path that comes twice is one series', async () => {
  const device = new RecordedDevice(LINUX_WALK)
  device.set('1.3.6.1.2.1.25.3.8.1.2.2', Buffer.from('/'))
  const { samples } = await sampleOnce(disk, device)
  expect(samples.map(({ tags }) => tags['path'])).toEqual(['/'])
})

test.each([
  ['a switch', SWITCH_WALK],
  ['a device without hrStorageTable', '1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.8072.3.2.10'],
])('%s has none', async (_, walk) => {
  await expect(sampleOnce(disk, new RecordedDevice(walk))).rejects.toBeInstanceOf(NoDataError)
})
