import type { FieldValues } from '../../../probe.ts'
import type { SnmpRow, SnmpSession } from '../snmp-session.ts'
import { integerOf, textOf } from '../snmp-value.ts'
import type { StorageRow } from './storage-table.ts'

const HR_FS_ENTRY = '1.3.6.1.2.1.25.3.8.1'
const HR_FS = { mountPoint: 2, remote: 3, type: 4, access: 5, storageIndex: 7 } as const
const HR_FS_TYPES = '1.3.6.1.2.1.25.3.9'
const READ_ONLY = 2

/** dskTable of UCD-SNMP-MIB: file systems that snmpd.conf names (`includeAllDisks`). */
const DISK_ENTRY = '1.3.6.1.4.1.2021.9.1'
const DISK = {
  path: 2,
  device: 3,
  available: 7,
  used: 8,
  inodePercent: 10,
  availableLow: 13,
  availableHigh: 14,
  usedLow: 15,
  usedHigh: 16,
} as const
const MAX_ROWS = 2_000

/** One series of the measurement disk. */
export interface HostFileSystem {
  readonly path: string
  readonly device: string
  readonly fstype: string
  readonly mode: 'rw' | 'ro'
  readonly fields: FieldValues
}

/** What hrFSTable knows of a row of hrStorageTable. */
interface FileSystem {
  readonly path: string
  readonly fstype: string
  readonly isRemote: boolean
  readonly mode: 'rw' | 'ro'
}

/** What dskTable knows of a path, as df(1) says it. */
interface Disk {
  readonly device: string
  readonly availableBytes: number | undefined
  readonly usedBytes: number | undefined
  readonly inodePercent: number | undefined
}

/** hrFSType by its last number; the others are unknown, or nothing that runs full. */
const FILE_SYSTEM_TYPES: Readonly<Record<string, string>> = {
  3: 'ufs',
  4: 's5fs',
  5: 'vfat',
  6: 'hpfs',
  7: 'hfs',
  9: 'ntfs',
  10: 'vnode',
  11: 'jfs',
  12: 'iso9660',
  14: 'nfs',
  16: 'afs',
  22: 'vfat',
  23: 'ext2',
}
const LEFT_OUT_TYPES: ReadonlySet<string> = new Set(['iso9660', 'nfs', 'afs'])
const LEFT_OUT_PATHS = /^\/(proc|sys|run|snap|dev\/shm|dev\/pts)(\/|$)|^\/dev$/

/** The fixed disks among the rows of hrStorageTable, each path once; without network file systems, CD-ROMs and what lies in memory. */
export async function readFileSystems(
  session: SnmpSession,
  storage: readonly StorageRow[],
  signal: AbortSignal,
): Promise<readonly HostFileSystem[]> {
  const fixed = storage.filter(({ kind }) => kind === 'fixed-disk')
  if (fixed.length === 0) return []
  const bounds = { maxRows: MAX_ROWS }
  const known = await session.table(HR_FS_ENTRY, Object.values(HR_FS), signal, bounds)
  const disks = await session.table(DISK_ENTRY, Object.values(DISK), signal, bounds)
  const byStorage = new Map([...known.values()].map((row) => [storageIndexOf(row), row]))
  const byPath = new Map([...disks.values()].map((row) => [textOf(row.get(DISK.path)), row]))
  const found = new Map<string, HostFileSystem>()
  for (const row of fixed) {
    const system = toFileSystem(row, byStorage.get(row.index))
    if (isLeftOut(system) || found.has(system.path)) continue
    const disk = toDisk(row, byPath.get(system.path))
    const fields = toFields(row, disk)
    const { path, fstype, mode } = system
    if (fields !== undefined) found.set(path, { path, device: disk.device, fstype, mode, fields })
  }
  return [...found.values()]
}

function storageIndexOf(row: SnmpRow): string {
  return String(integerOf(row.get(HR_FS.storageIndex)))
}

function toFileSystem({ description }: StorageRow, row: SnmpRow | undefined): FileSystem {
  const type = row?.get(HR_FS.type)
  const number = typeof type === 'string' ? type.slice(HR_FS_TYPES.length + 1) : ''
  return {
    path: textOf(row?.get(HR_FS.mountPoint)) ?? withoutLabel(description),
    fstype: FILE_SYSTEM_TYPES[number] ?? '',
    isRemote: textOf(row?.get(HR_FS.remote)) !== undefined,
    mode: integerOf(row?.get(HR_FS.access)) === READ_ONLY ? 'ro' : 'rw',
  }
}

/** Windows: `C:\ Label:System  Serial Number 10f82425`. */
function withoutLabel(description: string): string {
  return description.replace(/ Label:.*$/, '')
}

function isLeftOut({ path, fstype, isRemote }: FileSystem): boolean {
  return path === '' || isRemote || LEFT_OUT_TYPES.has(fstype) || LEFT_OUT_PATHS.test(path)
}

function toDisk({ description }: StorageRow, row: SnmpRow | undefined): Disk {
  if (row === undefined)
    return {
      device: description.startsWith('/dev/') ? description.slice('/dev/'.length) : '',
      availableBytes: undefined,
      usedBytes: undefined,
      inodePercent: undefined,
    }
  return {
    device: (textOf(row.get(DISK.device)) ?? '').replace(/^\/dev\//, ''),
    availableBytes: toBytes(row, DISK.available, DISK.availableLow, DISK.availableHigh),
    usedBytes: toBytes(row, DISK.used, DISK.usedLow, DISK.usedHigh),
    inodePercent: integerOf(row.get(DISK.inodePercent)),
  }
}

/** Kilobytes: in two halves, or where there are none in 31 bits. */
function toBytes(row: SnmpRow, small: number, low: number, high: number): number | undefined {
  const lower = integerOf(row.get(low))
  const upper = integerOf(row.get(high))
  const kilobytes =
    lower === undefined || upper === undefined ? integerOf(row.get(small)) : upper * 2 ** 32 + lower
  return kilobytes === undefined ? undefined : kilobytes * 1024
}

/** With dskTable as df(1) says it; else free is all that is not used, which may be kept for root. */
function toFields({ totalBytes, usedBytes }: StorageRow, disk: Disk): FieldValues | undefined {
  const used = disk.usedBytes ?? usedBytes
  if (totalBytes === undefined || used === undefined) return undefined
  const free = disk.availableBytes ?? totalBytes - used
  return {
    total: totalBytes,
    used,
    free,
    used_percent: used + free > 0 ? (100 * used) / (used + free) : undefined,
    inodes_used_percent: disk.inodePercent,
  }
}
