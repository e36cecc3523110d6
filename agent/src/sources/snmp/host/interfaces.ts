import type { FieldValues } from '../../../probe.ts'
import type { SnmpRow, SnmpSession } from '../snmp-session.ts'
import { counter64Of, integerOf, textOf } from '../snmp-value.ts'

const IF_ENTRY = '1.3.6.1.2.1.2.2.1'
const IF = {
  description: 2,
  type: 3,
  speed: 5,
  inOctets: 10,
  inUnicast: 11,
  inOther: 12,
  inDiscards: 13,
  inErrors: 14,
  outOctets: 16,
  outUnicast: 17,
  outOther: 18,
  outDiscards: 19,
  outErrors: 20,
} as const
const IF_X_ENTRY = '1.3.6.1.2.1.31.1.1.1'
const IF_X = {
  name: 1,
  inOctets: 6,
  inUnicast: 7,
  inMulticast: 8,
  inBroadcast: 9,
  outOctets: 10,
  outUnicast: 11,
  outMulticast: 12,
  outBroadcast: 13,
  megabits: 15,
  hasConnector: 17,
  alias: 18,
} as const
const MAX_ROWS = 1_000
const SOFTWARE_LOOPBACK = 24
const FIBRE_CHANNEL = 56
/** TruthValue. */
const TRUE = 1
/** ifSpeed where a link is faster than it can say. */
const FASTER = 2 ** 32 - 1

export interface HostInterface {
  readonly name: string
  readonly fields: FieldValues
}

/** What is particular to a device's interfaces. */
export interface InterfaceHabits {
  /** Names by the connection (ifAlias), and leaves out what has no connector: drivers stacked on a card count its bytes again. */
  readonly isWindows: boolean
  /** Its Fibre Channel ports are given elsewhere, with all that belongs to them. */
  readonly isFcSwitch: boolean
}

/** Interfaces of a device by IF-MIB, in any state, each name once; without loopback. 64-bit counters where the device has them. */
export async function readInterfaces(
  session: SnmpSession,
  habits: InterfaceHabits,
  signal: AbortSignal,
): Promise<readonly HostInterface[]> {
  const bounds = { maxRows: MAX_ROWS }
  const rows = await session.table(IF_ENTRY, Object.values(IF), signal, bounds)
  if (rows.size === 0) return []
  const wide = await session.table(IF_X_ENTRY, Object.values(IF_X), signal, bounds)
  const found = new Map<string, HostInterface>()
  for (const [index, row] of rows) {
    const more = wide.get(index) ?? NOTHING
    if (isLeftOut(row, more, habits)) continue
    const plain = nameOf(row, more, habits) ?? index
    const name = found.has(plain) ? `${plain} #${index}` : plain
    found.set(name, { name, fields: toFields(row, more) })
  }
  return [...found.values()]
}

const NOTHING: SnmpRow = new Map()

function isLeftOut(
  row: SnmpRow,
  more: SnmpRow,
  { isWindows, isFcSwitch }: InterfaceHabits,
): boolean {
  const type = integerOf(row.get(IF.type))
  if (type === SOFTWARE_LOOPBACK || (isFcSwitch && type === FIBRE_CHANNEL)) return true
  return isWindows && integerOf(more.get(IF_X.hasConnector)) !== TRUE
}

function nameOf(row: SnmpRow, more: SnmpRow, { isWindows }: InterfaceHabits): string | undefined {
  const description = textOf(row.get(IF.description))
  if (isWindows) return textOf(more.get(IF_X.alias)) ?? description
  return textOf(more.get(IF_X.name)) ?? description
}

function toFields(row: SnmpRow, more: SnmpRow): FieldValues {
  const narrow = (column: number) => integerOf(row.get(column))
  const wide = (column: number) => counter64Of(more.get(column))
  return {
    bytes_recv: wide(IF_X.inOctets) ?? narrow(IF.inOctets),
    bytes_sent: wide(IF_X.outOctets) ?? narrow(IF.outOctets),
    packets_recv:
      sum(wide(IF_X.inUnicast), wide(IF_X.inMulticast), wide(IF_X.inBroadcast)) ??
      sum(narrow(IF.inUnicast), narrow(IF.inOther)),
    packets_sent:
      sum(wide(IF_X.outUnicast), wide(IF_X.outMulticast), wide(IF_X.outBroadcast)) ??
      sum(narrow(IF.outUnicast), narrow(IF.outOther)),
    err_in: narrow(IF.inErrors),
    err_out: narrow(IF.outErrors),
    drop_in: narrow(IF.inDiscards),
    drop_out: narrow(IF.outDiscards),
    speed: toSpeed(narrow(IF.speed), integerOf(more.get(IF_X.megabits))),
  }
}

/** undefined where one is missing: a sum that lacks a part now and then is no counter. */
function sum(...parts: readonly (number | undefined)[]): number | undefined {
  let total = 0
  for (const part of parts) {
    if (part === undefined) return undefined
    total += part
  }
  return total
}

function toSpeed(bitsPerSecond = 0, megabits = 0): number | undefined {
  if (megabits > 0) return megabits
  return bitsPerSecond >= 1e6 && bitsPerSecond < FASTER ? bitsPerSecond / 1e6 : undefined
}
