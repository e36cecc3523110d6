import type { FieldValues } from '../../../probe.ts'
import type { SnmpSession } from '../snmp-session.ts'
import { counter64Of } from '../snmp-value.ts'
import type { StorageRow } from './storage-table.ts'

const MEMORY = '1.3.6.1.4.1.2021.4'
/** Kilobytes of UCD-SNMP-MIB: in 31 bits, and in 64 where the agent is new enough. */
const OBJECTS = {
  totalSwap: [3, 18],
  availableSwap: [4, 19],
  total: [5, 20],
  free: [6, 21],
  shared: [13, 24],
  buffered: [14, 25],
  cached: [15, 26],
  available: [27, 27],
} as const

type Reading = Readonly<Record<keyof typeof OBJECTS, number | undefined>>

/** What UCD-SNMP-MIB says of memory, in bytes; undefined where the device does not have it. */
export async function readUcdMemory(
  session: SnmpSession,
  signal: AbortSignal,
): Promise<Reading | undefined> {
  const oids = new Set(Object.values(OBJECTS).flat())
  const values = await session.get(
    [...oids].map((place) => `${MEMORY}.${place}.0`),
    signal,
  )
  const read = (name: keyof typeof OBJECTS): number | undefined => {
    const [small, large] = OBJECTS[name]
    const value =
      counter64Of(values.get(`${MEMORY}.${large}.0`)) ??
      counter64Of(values.get(`${MEMORY}.${small}.0`))
    return value === undefined ? undefined : value * 1024
  }
  if (read('total') === undefined) return undefined
  return {
    totalSwap: read('totalSwap'),
    availableSwap: read('availableSwap'),
    total: read('total'),
    free: read('free'),
    shared: read('shared'),
    buffered: read('buffered'),
    cached: read('cached'),
    available: read('available'),
  }
}

/** As the agent's own probe has it: available as the kernel says it, else free, buffers and cache. */
export function toMemFields(reading: Reading): FieldValues {
  const { total = 0, free, shared, buffered, cached } = reading
  const guess = (free ?? 0) + (buffered ?? 0) + (cached ?? 0)
  const available = Math.min(total, reading.available ?? guess)
  return { ...toShares(total, available), free, shared, buffered, cached }
}

export function toSwapFields({ totalSwap, availableSwap }: Reading): FieldValues | undefined {
  if (totalSwap === undefined || availableSwap === undefined) return undefined
  return toSpace(totalSwap, totalSwap - availableSwap)
}

/** Of HOST-RESOURCES-MIB (Windows, AIX): what is not in use is available; Windows' virtual memory is what may be promised to programs. */
export function toMemFieldsOfStorage(storage: readonly StorageRow[]): FieldValues | undefined {
  const ram = storage.find(({ kind, usedBytes }) => kind === 'ram' && usedBytes !== undefined)
  if (ram?.totalBytes === undefined || ram.usedBytes === undefined) return undefined
  const commit = storage.find(isCommitCharge)
  return {
    ...toShares(ram.totalBytes, ram.totalBytes - ram.usedBytes),
    committed_as: commit?.usedBytes,
    commit_limit: commit?.totalBytes,
  }
}

/** The paging spaces of HOST-RESOURCES-MIB together. */
export function toSwapFieldsOfStorage(storage: readonly StorageRow[]): FieldValues | undefined {
  const spaces = storage.filter((row) => row.kind === 'virtual' && !isCommitCharge(row))
  if (spaces.length === 0) return undefined
  let total = 0
  let used = 0
  for (const { totalBytes, usedBytes } of spaces) {
    if (totalBytes === undefined || usedBytes === undefined) return undefined
    total += totalBytes
    used += usedBytes
  }
  return toSpace(total, used)
}

/** Physical memory and paging space in one: no paging space. */
function isCommitCharge({ kind, description }: StorageRow): boolean {
  return kind === 'virtual' && /^virtual memory$/i.test(description)
}

function toShares(total: number, available: number): FieldValues {
  const used = total - available
  return {
    total,
    available,
    available_percent: (100 * available) / total,
    used,
    used_percent: (100 * used) / total,
  }
}

function toSpace(total: number, used: number): FieldValues {
  return {
    total,
    used,
    free: total - used,
    used_percent: total > 0 ? (100 * used) / total : undefined,
  }
}
