import type { HostState } from './host-state.ts'
import type { MovingPart } from './moving-part.ts'
import {
  PAGE,
  GIB,
  wandering,
  clamp,
  multipleOf,
  percentOf,
  hundredths,
  thousandths,
} from './numbers.ts'

const DISK_FIELDS = [
  'total',
  'free',
  'used',
  'used_percent',
  'inodes_total',
  'inodes_free',
  'inodes_used',
  'inodes_used_percent',
]

export function disk(host: HostState, path: string, share: number, index: number): MovingPart {
  const { random } = host
  const total = random.whole(20, 2_000) * GIB
  const inodes = Math.floor(total / 16_384)
  let used = multipleOf(PAGE, total * (0.1 + 0.7 * random.next()))
  let inodesUsed = Math.floor(inodes * 0.1 * random.next()) + 1
  return {
    measurement: 'disk',
    tags: { path, device: `dm-${index}`, fstype: 'xfs', mode: 'rw' },
    fields: DISK_FIELDS,
    measure: (values, at) => {
      if (random.next() < share * 2) {
        used = clamp(used + random.whole(-2_000, 2_200) * PAGE, 0, total)
        if (random.next() < 0.5) inodesUsed = Math.max(inodesUsed + random.whole(-3, 4), 1)
      }
      const bytes = [total, total - used, used, percentOf(used, total)]
      const counts = [inodes, inodes - inodesUsed, inodesUsed, percentOf(inodesUsed, inodes)]
      values.set([...bytes, ...counts], at)
    },
  }
}

const DISKIO_FIELDS = [
  'reads',
  'writes',
  'read_bytes',
  'write_bytes',
  'read_time',
  'write_time',
  'io_time',
  'weighted_io_time',
  'merged_writes',
  'iops_in_progress',
  'io_util',
  'io_await',
]

export function diskio(host: HostState, name: string, share: number): MovingPart {
  const { random } = host
  const counters = Array.from({ length: 9 }, () => random.whole(0, 4e9))
  counters[2] = multipleOf(PAGE, random.next() * 1e13 * share)
  counters[3] = multipleOf(PAGE, random.next() * 3e13 * share)
  return {
    measurement: 'diskio',
    tags: { name, serial: `S3Z8NB0K${name.toUpperCase()}` },
    fields: DISKIO_FIELDS,
    measure: (values, at) => {
      const perSecond = host.activity * share * 400
      const reads = random.count(perSecond * host.seconds * 0.4)
      const writes = random.count(perSecond * host.seconds)
      const ms = (reads + writes) * (0.2 + 0.6 * random.next())
      const grown = [reads, writes, reads * 2 * PAGE, writes * 4 * PAGE]
      grown[2]! += reads > 2 ? random.whole(0, reads) * PAGE : 0
      grown[3]! += writes > 2 ? random.whole(0, writes) * PAGE : 0
      grown.push(Math.floor(ms * 0.3), Math.floor(ms), Math.floor(ms * 0.8), Math.floor(ms * 1.3))
      grown.push(random.count(writes * 0.2))
      for (const [i, by] of grown.entries()) counters[i]! += by
      const utilised = hundredths(clamp((ms * 0.8) / (host.seconds * 10), 0, 100))
      const wait = reads + writes === 0 ? 0 : thousandths(ms / (reads + writes))
      values.set([...counters, random.next() < perSecond / 400 ? 1 : 0, utilised, wait], at)
    },
  }
}

export function sysctlFs(host: HostState): MovingPart {
  const { random } = host
  const files = wandering(random, 4_000, 30, 32)
  const inodes = wandering(random, 150_000, 20, 1)
  return {
    measurement: 'linux_sysctl_fs',
    tags: {},
    fields: ['file-nr', 'file-max', 'inode-nr', 'aio-nr'],
    measure: (values, at) => values.set([files(), 9_223_372_036_854_776_000, inodes(), 0], at),
  }
}
