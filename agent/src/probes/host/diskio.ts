import { counter, gauge, percent } from '../../field.ts'
import { defineProbe, remembers, type FieldValues } from '../../probe.ts'
import type { HostFiles } from '../../sources/host-files.ts'
import { host } from '../../sources/host.ts'
import { evaluateDiskActivity } from './disk-activity.ts'
import { parseDiskstats, type DiskCounters } from './parse-diskstats.ts'

/** Of /proc/diskstats, whatever the device's own blocks. */
const SECTOR_BYTES = 512

const LEFT_OUT = /^(loop|ram|zram|fd|sr)\d+$/

interface Disks {
  readonly monotonicMs: number
  readonly counters: ReadonlyMap<string, DiskCounters>
  readonly devices: ReadonlyMap<string, Device>
}

interface Device {
  /** No partition, and none of those left out. */
  readonly whole: boolean
  readonly serial: string | undefined
}

/**
 * Traffic of block devices: whole disks, device mapper and md, not their partitions.
 * Source: /proc/diskstats; serial numbers from udev. Needs: nothing. Names: Telegraf's diskio.
 */
export default defineProbe({
  name: 'host.diskio',
  source: host,
  platforms: ['linux'],
  everySeconds: 10,
  cost: 'cheap',
  reads: '/proc/diskstats, /sys/block, /run/udev/data',
  needs: 'none',
  help: {
    zh: '块设备读写（整盘、设备映射和软 RAID，不含分区）',
    en: 'Traffic of block devices (disks, device mapper and software RAID, without partitions)',
  },
  measurements: {
    diskio: {
      identifyingTags: ['name'],
      descriptiveTags: ['serial'],
      fields: {
        reads: counter('count', '完成的读请求数', 'Reads completed'),
        writes: counter('count', '完成的写请求数', 'Writes completed'),
        read_bytes: counter('bytes', '读取的数据量', 'Read'),
        write_bytes: counter('bytes', '写入的数据量', 'Written'),
        read_time: counter('milliseconds', '读请求耗时之和', 'Time that all reads took together'),
        write_time: counter('milliseconds', '写请求耗时之和', 'Time that all writes took together'),
        io_time: counter(
          'milliseconds',
          '有请求在处理的时间',
          'Time in which any request was under way',
        ),
        weighted_io_time: counter(
          'milliseconds',
          '按排队请求数加权的时间',
          'The same, weighted with the requests under way',
        ),
        iops_in_progress: gauge('count', '正在处理的请求数', 'Requests under way'),
        merged_reads: counter('count', '合并的读请求数', 'Reads merged into others'),
        merged_writes: counter('count', '合并的写请求数', 'Writes merged into others'),
        io_util: percent(
          '繁忙时间占采集间隔的比例',
          'Share of the interval in which any request was under way',
        ),
        io_await: gauge(
          'milliseconds',
          '间隔内请求的平均耗时；没有请求时缺失',
          'Time that a request took on average; missing where there was none',
          0.001,
        ),
      },
    },
  },
  remembers: remembers<Disks>(),
  sample({ session, emit, memory, monotonicMs }) {
    const { files } = session
    const counters = parseDiskstats(files.read('/proc/diskstats'))
    const devices = refreshDevices(files, counters, memory?.devices)
    const elapsedMs = monotonicMs - (memory?.monotonicMs ?? monotonicMs)
    for (const now of counters) {
      const device = devices.get(now.name)
      if (!device?.whole) continue
      const before = memory?.counters.get(now.name)
      const activity = before && evaluateDiskActivity(before, now, elapsedMs)
      const { serial } = device
      const tags = serial === undefined ? { name: now.name } : { name: now.name, serial }
      emit('diskio', tags, { ...toDiskioFields(now), ...activity })
    }
    return { monotonicMs, devices, counters: new Map(counters.map((now) => [now.name, now])) }
  },
})

function toDiskioFields(now: DiskCounters): FieldValues {
  return {
    reads: now.reads,
    writes: now.writes,
    read_bytes: now.readSectors * SECTOR_BYTES,
    write_bytes: now.writtenSectors * SECTOR_BYTES,
    read_time: now.readMs,
    write_time: now.writeMs,
    io_time: now.ioMs,
    weighted_io_time: now.weightedIoMs,
    iops_in_progress: now.inProgress,
    merged_reads: now.mergedReads,
    merged_writes: now.mergedWrites,
  }
}

/** A device is looked at in /sys once, when it appears. */
function refreshDevices(
  files: HostFiles,
  counters: readonly DiskCounters[],
  known: ReadonlyMap<string, Device> | undefined,
): ReadonlyMap<string, Device> {
  const same = known?.size === counters.length && counters.every(({ name }) => known.has(name))
  if (known && same) return known
  const blocks = files.listIfThere('/sys/block')
  return new Map(
    counters.map((device) => {
      // The kernel writes cciss/c0d0 as cciss!c0d0 in /sys.
      const inSys = device.name.replaceAll('/', '!')
      const whole = !LEFT_OUT.test(device.name) && (blocks?.includes(inSys) ?? true)
      const serial = whole ? readSerial(files, device, inSys) : undefined
      return [device.name, { whole, serial }]
    }),
  )
}

/** As udev has it, else as the driver writes it; undefined where neither knows. */
function readSerial(files: HostFiles, device: DiskCounters, inSys: string): string | undefined {
  const udev = files.readOnceIfThere(`/run/udev/data/b${device.major}:${device.minor}`)
  const line = udev && /^E:ID_SERIAL=(.+)$/m.exec(udev.toString('utf8'))
  if (line?.[1]) return line[1].trim()
  const driver = files.readOnceIfThere(`/sys/block/${inSys}/device/serial`)?.toString('utf8').trim()
  return driver === '' ? undefined : driver
}
