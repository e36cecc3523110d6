import { clamp, drift, seedOf } from '../noise.ts'
import { part, type Part } from '../part.ts'
import { counterOf, cpuShare } from './host-life.ts'
import type { FileSystem, HostPlan } from './host-plan.ts'

const PAGE = 4_096

export function diskParts(plan: HostPlan): Part[] {
  return [
    ...plan.fileSystems.flatMap(fileSystemParts),
    ...plan.disks.map((name, at) => ioPart(plan, name, 1 / (at + 1))),
    ...plan.smart.map((serial, at) => smartPart(plan, serial, at)),
    ...(plan.isVirtual
      ? []
      : [
          part('storage.lvm', 'lvm', { vg: 'vg_system' }, () => ({
            size_bytes: 599_550_590_976,
            free_bytes: 107_374_182_400,
            missing_pvs: 0,
          })),
        ]),
  ]
}

function fileSystemParts({ path, device, fstype, bytes, used }: FileSystem): Part[] {
  const inodes = Math.floor(bytes / 16_384)
  return [
    part('host.disk', 'disk', { path, device, fstype, mode: 'rw' }, (timeMs) => {
      const usedBytes = Math.floor((bytes * clamp(used(timeMs), 0, 0.999)) / PAGE) * PAGE
      const inodesUsed = Math.floor(inodes * 0.06 * (0.5 + used(timeMs)))
      return {
        total: bytes,
        free: bytes - usedBytes,
        used: usedBytes,
        used_percent: (usedBytes / bytes) * 100,
        inodes_total: inodes,
        inodes_free: inodes - inodesUsed,
        inodes_used: inodesUsed,
        inodes_used_percent: (inodesUsed / inodes) * 100,
      }
    }),
    part('host.disk', 'mount', { path, device, fstype }, () => ({
      answering: 1,
      turned_read_only: 0,
    })),
  ]
}

function ioPart(plan: HostPlan, name: string, share: number): Part {
  const seed = seedOf(`${plan.name} ${name}`)
  const reads = counterOf(plan, `${name} reads`, plan.reads * share)
  const writes = counterOf(plan, `${name} writes`, 0.6 * plan.reads * share)
  const tags = { name, serial: `DEMO${name.toUpperCase()}${seed % 10_000}` }
  return part('host.diskio', 'diskio', tags, (timeMs) => {
    const readCount = reads(timeMs)
    const writeCount = writes(timeMs)
    const busy = cpuShare(plan, timeMs) * share
    return {
      reads: readCount,
      writes: writeCount,
      read_bytes: readCount * 16_384,
      write_bytes: writeCount * 12_288,
      read_time: Math.floor(readCount * 0.7),
      write_time: Math.floor(writeCount * 0.9),
      // of the time there is, at most half
      io_time: Math.floor(((readCount + writeCount) * 300) / plan.reads),
      weighted_io_time: Math.floor((readCount + writeCount) * 0.8),
      iops_in_progress: busy > 0.5 ? 2 : 0,
      merged_reads: Math.floor(readCount * 0.02),
      merged_writes: Math.floor(writeCount * 0.2),
      io_util: clamp(90 * busy + 4 * (1 + drift(seed, timeMs)), 0, 100),
      io_await: 0.6 + 3 * busy ** 2 + 0.3 * (1 + drift(seed ^ 7, timeMs)),
    }
  })
}

function smartPart(plan: HostPlan, serial: string, at: number): Part {
  const seed = seedOf(`smart ${serial}`)
  const device = `sd${String.fromCharCode(97 + at)}`
  const tags = { serial_no: serial, device, model: 'DEMO SSD 960', kind: 'ssd' }
  return part('storage.smart', 'smart_device', tags, (timeMs) => ({
    health_ok: 1,
    exit_status: 0,
    temp_c: 31 + 4 * plan.rhythm.level(timeMs) + drift(seed, timeMs),
    power_on_hours: 21_000 + Math.floor((timeMs % 31_536_000_000) / 3_600_000),
    power_cycles: 14,
    reallocated_sectors_count: 0,
    pending_sector_count: 0,
    uncorrectable_sector_count: 0,
    udma_crc_errors: 0,
    bad_sectors: 0,
    sectors_grew: 0,
    percentage_used: 12 + at,
    failing_attributes: 0,
    available_spare: 100,
    available_spare_threshold: 10,
    critical_warning: 0,
    media_errors: 0,
    error_log_entries: 0,
  }))
}
