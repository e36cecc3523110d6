import { ByteScanner } from '../../sources/byte-scanner.ts'

/** Counters of one block device since boot; times in milliseconds. */
export interface DiskCounters {
  readonly major: number
  readonly minor: number
  readonly name: string
  readonly reads: number
  readonly mergedReads: number
  readonly readSectors: number
  readonly readMs: number
  readonly writes: number
  readonly mergedWrites: number
  readonly writtenSectors: number
  readonly writeMs: number
  readonly inProgress: number
  readonly ioMs: number
  readonly weightedIoMs: number
}

/**
 * Parses /proc/diskstats (the kernel's Documentation/admin-guide/iostats.rst). Partitions of kernels
 * before 2.6.25 have four columns only; they are passed over.
 */
export function parseDiskstats(bytes: Uint8Array): DiskCounters[] {
  const scanner = new ByteScanner(bytes, '/proc/diskstats')
  const disks: DiskCounters[] = []
  while (scanner.nextLine()) {
    const major = scanner.number()
    const minor = scanner.number()
    const name = scanner.field()
    const columns: number[] = []
    while (columns.length < 11 && scanner.hasField()) columns.push(scanner.number())
    if (columns.length === 4) continue
    if (columns.length < 11)
      throw scanner.problem({
        zh: '名称之后应有 11 个计数',
        en: '11 counters were expected behind the name',
      })
    disks.push(toCounters(major, minor, name, columns))
  }
  return disks
}

function toCounters(
  major: number,
  minor: number,
  name: string,
  columns: readonly number[],
): DiskCounters {
  const at = (index: number): number => columns[index] ?? 0
  return {
    major,
    minor,
    name,
    reads: at(0),
    mergedReads: at(1),
    readSectors: at(2),
    readMs: at(3),
    writes: at(4),
    mergedWrites: at(5),
    writtenSectors: at(6),
    writeMs: at(7),
    inProgress: at(8),
    ioMs: at(9),
    weightedIoMs: at(10),
  }
}
