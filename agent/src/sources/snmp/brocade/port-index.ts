import type { SnmpRow } from '../snmp-session.ts'

/** A Brocade director has 512 ports; FICON and virtual ones are numbered beyond. */
const HIGHEST_PORT = 65_535

/** The switch's own number of a port by the index of its row: one less than the last part. undefined for what is no port's index. */
export function portNumberOf(index: string): number | undefined {
  const number = Number(index.slice(index.lastIndexOf('.') + 1)) - 1
  return Number.isInteger(number) && number >= 0 && number <= HIGHEST_PORT ? number : undefined
}

/** Rows of a table by the port's number. Of two rows with one number the first counts. */
export function byPort(rows: ReadonlyMap<string, SnmpRow>): Map<number, SnmpRow> {
  const ports = new Map<number, SnmpRow>()
  for (const [index, row] of rows) {
    const number = portNumberOf(index)
    if (number !== undefined && !ports.has(number)) ports.set(number, row)
  }
  return ports
}

/** The World Wide Name of the switch out of the index of its unit: the first 8 of its 16 bytes, `10:00:00:05:1e:36:05:b0`. */
export function unitNameOf(index: string): string | undefined {
  const bytes = index.split('.').map(Number)
  if (
    bytes.length !== 16 ||
    bytes.some((byte) => !Number.isInteger(byte) || byte < 0 || byte > 255)
  )
    return undefined
  return bytes
    .slice(0, 8)
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join(':')
}
