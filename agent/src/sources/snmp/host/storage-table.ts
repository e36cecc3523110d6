import type { SnmpRow, SnmpSession } from '../snmp-session.ts'
import { integerOf, textOf, type SnmpValue } from '../snmp-value.ts'

const HR_STORAGE_ENTRY = '1.3.6.1.2.1.25.2.3.1'
const TYPES = '1.3.6.1.2.1.25.2.1'
const COLUMN = { type: 2, description: 3, units: 4, size: 5, used: 6 } as const
const MAX_ROWS = 2_000

/** hrStorageType. */
export type StorageKind = 'ram' | 'virtual' | 'fixed-disk' | 'other'

/** One row of hrStorageTable, in bytes; undefined what it does not say in a way that makes sense. */
export interface StorageRow {
  /** hrStorageIndex. */
  readonly index: string
  readonly kind: StorageKind
  readonly description: string
  readonly totalBytes: number | undefined
  readonly usedBytes: number | undefined
}

export async function readStorage(
  session: SnmpSession,
  signal: AbortSignal,
): Promise<readonly StorageRow[]> {
  const columns = Object.values(COLUMN)
  const rows = await session.table(HR_STORAGE_ENTRY, columns, signal, { maxRows: MAX_ROWS })
  return [...rows].map(([index, row]) => toStorageRow(index, row))
}

function toStorageRow(index: string, row: SnmpRow): StorageRow {
  const units = integerOf(row.get(COLUMN.units)) ?? 0
  const total = toUnsigned(row.get(COLUMN.size))
  const used = toUnsigned(row.get(COLUMN.used))
  const makesSense = units > 0 && total !== undefined && total > 0
  return {
    index,
    kind: KINDS[String(row.get(COLUMN.type) ?? '')] ?? 'other',
    description: textOf(row.get(COLUMN.description)) ?? '',
    totalBytes: makesSense ? total * units : undefined,
    usedBytes: makesSense && used !== undefined && used <= total ? used * units : undefined,
  }
}

const KINDS: Readonly<Record<string, StorageKind>> = {
  [`${TYPES}.2`]: 'ram',
  [`${TYPES}.3`]: 'virtual',
  [`${TYPES}.4`]: 'fixed-disk',
}

/** The MIB has 32 bits with a sign; agents put what needs the highest bit into them all the same. */
function toUnsigned(value: SnmpValue | undefined): number | undefined {
  const number = integerOf(value)
  return number === undefined || number >= 0 ? number : number + 2 ** 32
}
