import { describe, expect, test } from 'vitest'

import { describeHostProbe } from '../../testing/host-contract.ts'
import { HostTree, readHostFixture } from '../../testing/host-fixture.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { evaluateDiskActivity } from './disk-activity.ts'
import diskio from './diskio.ts'
import { parseDiskstats, type DiskCounters } from './parse-diskstats.ts'

describeHostProbe(diskio)

const LINE = ' 254       0 vda 10 2 80 30 5 1 40 50 3 60 90 1 0 8 1 2 3\n'

function countersOf(line: string): DiskCounters {
  const [counters] = parseDiskstats(Buffer.from(line))
  if (counters === undefined) throw new Error('nothing was parsed')
  return counters
}

describe('parseDiskstats', () => {
  test('takes the first eleven counters, whatever newer kernels add', () => {
    const expected = {
      major: 254,
      minor: 0,
      name: 'vda',
      reads: 10,
      mergedReads: 2,
      readSectors: 80,
      readMs: 30,
      writes: 5,
      mergedWrites: 1,
      writtenSectors: 40,
      writeMs: 50,
      inProgress: 3,
      ioMs: 60,
      weightedIoMs: 90,
    }
    expect(countersOf(LINE)).toEqual(expected)
    expect(countersOf(' 254 0 vda 10 2 80 30 5 1 40 50 3 60 90\n')).toEqual(expected)
  })

  test('passes over partitions of very old kernels', () => {
    expect(parseDiskstats(Buffer.from(`   8    1 sda1 5 40 6 48\n${LINE}`))).toHaveLength(1)
  })

  test.each([
    { text: '8 0\n', place: '/proc/diskstats:1' },
    { text: `${LINE}8 0 sda 1 2 3 4 5\n`, place: '/proc/diskstats:2' },
    { text: '8 0 sda 1 2 3 4 5 6 x 8 9 10 11\n', place: '/proc/diskstats:1' },
  ])('refuses $text', ({ text, place }) => {
    expect(() => parseDiskstats(Buffer.from(text))).toThrow(place)
  })
})

describe('evaluateDiskActivity', () => {
  const before = countersOf(LINE)

  test('relates busy time to the interval and waiting time to the requests', () => {
    const now = { ...before, reads: 14, writes: 11, readMs: 40, writeMs: 90, ioMs: 2_560 }
    expect(evaluateDiskActivity(before, now, 10_000)).toEqual({ io_util: 25, io_await: 5 })
  })

  test('has no waiting time without requests', () => {
    expect(evaluateDiskActivity(before, before, 10_000)).toEqual({
      io_util: 0,
      io_await: undefined,
    })
  })

  test('is never more than fully busy', () => {
    const now = { ...before, ioMs: before.ioMs + 10_004 }
    expect(evaluateDiskActivity(before, now, 10_000)?.io_util).toBe(100)
  })

  test.each(['reads', 'writes', 'readMs', 'writeMs', 'ioMs'] as const)(
    'gives nothing where %s went back',
    (name) => {
      expect(evaluateDiskActivity(before, { ...before, [name]: 0 }, 10_000)).toBeUndefined()
    },
  )

  test('gives nothing where no time has passed', () => {
    expect(evaluateDiskActivity(before, before, 0)).toBeUndefined()
  })
})

describe('host.diskio', () => {
  const DISKS =
    ' 8 0 sda 1 0 8 1 1 0 8 1 0 1 1\n 8 1 sda1 1 0 8 1 1 0 8 1 0 1 1\n 7 0 loop0 1 0 8 1 1 0 8 1 0 1 1\n'

  test('gives whole disks, their traffic in bytes, and the rates with the second reading', async () => {
    const fixture = readHostFixture('linux-6.18')
    const block = { '/sys/block/vda/size': '1' }
    await using host = await HostTree.open({ ...fixture.files, ...block })
    const first = await sampleOnce(diskio, host.session)
    expect(first.samples).toHaveLength(1)
    expect(first.samples[0]?.tags).toEqual({ name: 'vda' })
    const { read_bytes: readBytes, io_util: util } = first.samples[0]?.fields ?? {}
    const recorded = parseDiskstats(Buffer.from(fixture.files['/proc/diskstats'] ?? ''))
    const vda = recorded.find(({ name }) => name === 'vda')
    expect([readBytes, util]).toEqual([(vda?.readSectors ?? 0) * 512, undefined])
    await host.write(fixture.later)
    const second = await sampleOnce(diskio, host.session, {
      memory: first.memory,
      monotonicMs: fixture.laterMs,
    })
    expect(second.samples[0]?.fields['io_util']).toBeGreaterThanOrEqual(0)
  })

  test('takes the serial number of udev, else that of the driver', async () => {
    await using host = await HostTree.open({
      '/proc/diskstats': `${DISKS} 259 0 nvme0n1 1 0 8 1 1 0 8 1 0 1 1\n`,
      '/sys/block/sda/size': '1',
      '/sys/block/nvme0n1/device/serial': 'S4EVNX0R123456  \n',
      '/run/udev/data/b8:0':
        'S:disk/by-id/x\nE:ID_MODEL=M\nE:ID_SERIAL=M_Z1D3ABCD\nE:ID_SERIAL_SHORT=Z1D3ABCD\n',
    })
    const { samples } = await sampleOnce(diskio, host.session)
    expect(samples.map(({ tags }) => tags)).toEqual([
      { name: 'sda', serial: 'M_Z1D3ABCD' },
      { name: 'nvme0n1', serial: 'S4EVNX0R123456' },
    ])
  })

  test('knows a disk whose name has a slash, and finds one that is plugged in later', async () => {
    const slash = ' 104 0 cciss/c0d0 1 0 8 1 1 0 8 1 0 1 1\n'
    await using host = await HostTree.open({
      '/proc/diskstats': slash,
      '/sys/block/cciss!c0d0/size': '1',
      '/sys/block/sda/size': '1',
    })
    const first = await sampleOnce(diskio, host.session)
    expect(first.samples.map(({ tags }) => tags['name'])).toEqual(['cciss/c0d0'])
    await host.write({ '/proc/diskstats': slash + DISKS })
    const second = await sampleOnce(diskio, host.session, {
      memory: first.memory,
      monotonicMs: 10_000,
    })
    expect(second.samples.map(({ tags }) => tags['name'])).toEqual(['cciss/c0d0', 'sda'])
  })

  test('gives every device where /sys cannot be read, but for those that are never disks', async () => {
    await using host = await HostTree.open({ '/proc/diskstats': DISKS })
    const { samples } = await sampleOnce(diskio, host.session)
    expect(samples.map(({ tags }) => tags['name'])).toEqual(['sda', 'sda1'])
  })
})
