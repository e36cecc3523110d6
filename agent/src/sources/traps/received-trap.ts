import { asRecord } from '../../as-record.ts'
import { hexOf, textOf, type SnmpValue } from '../snmp/snmp-value.ts'
import { columnOf, trapNameOf } from './trap-names.ts'

/** One object that a trap carries. */
export interface TrapObject {
  readonly oid: string
  /** As MIBs call its column; undefined for one that we don't know. */
  readonly column: string | undefined
  readonly value: string | number
}

/** A notification, v1 ones in the shape of v2 (RFC 3584). */
export interface ReceivedTrap {
  readonly oid: string
  /** Its OID where we have no name for it. */
  readonly name: string
  readonly objects: readonly TrapObject[]
  /** Objects beyond those. */
  readonly leftOut: number
}

const TRAP_OID = '1.3.6.1.6.3.1.1.4.1.0'
const GENERIC = '1.3.6.1.6.3.1.1.5'
const ENTERPRISE_SPECIFIC = 6
const MAX_OBJECTS = 32
const MAX_TEXT = 512
const COUNTER64 = 70

/** What net-snmp decoded; undefined for what is no notification. */
export function toTrap(pdu: unknown): ReceivedTrap | undefined {
  const given = asRecord(pdu)
  const varbinds: readonly unknown[] = Array.isArray(given['varbinds']) ? given['varbinds'] : []
  const objects = varbinds.map(asRecord)
  const oid = oidOf(given) ?? asText(objects.find((one) => one['oid'] === TRAP_OID)?.['value'])
  if (oid === undefined) return undefined
  const name = oid.slice(0, MAX_TEXT).toWellFormed()
  const others = objects.filter((one) => one['oid'] !== TRAP_OID)
  return {
    oid: name,
    name: trapNameOf(name) ?? name,
    objects: others.slice(0, MAX_OBJECTS).map(toObject),
    leftOut: Math.max(0, others.length - MAX_OBJECTS),
  }
}

/** Of v1: a generic one, or the maker's by number. */
function oidOf({
  enterprise,
  generic,
  specific,
}: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof enterprise !== 'string' || typeof generic !== 'number') return undefined
  return generic === ENTERPRISE_SPECIFIC
    ? `${enterprise}.0.${Number(specific)}`.slice(0, MAX_TEXT)
    : `${GENERIC}.${generic + 1}`
}

function toObject({ oid, type, value }: Readonly<Record<string, unknown>>): TrapObject {
  const name = (asText(oid) ?? '').slice(0, MAX_TEXT)
  return { oid: name, column: columnOf(name), value: toValue(type, value) }
}

function toValue(type: unknown, value: unknown): string | number {
  if (typeof value === 'number' || typeof value === 'boolean') return Number(value)
  if (value instanceof Uint8Array) {
    if (type === COUNTER64)
      return BigInt(`0x${Buffer.from(value).toString('hex') || '0'}`).toString()
    return describeBytes(value)
  }
  return asText(value)?.slice(0, MAX_TEXT) ?? ''
}

/** Text where it is one, else bytes: WWNs and addresses hold what no text does. */
function describeBytes(value: SnmpValue & Uint8Array): string {
  const bytes = value.subarray(0, MAX_TEXT)
  const isBinary = bytes.some((byte) => byte < 0x20 && ![0x09, 0x0a, 0x0d, 0].includes(byte))
  return (isBinary ? hexOf(bytes) : textOf(bytes, MAX_TEXT)) ?? ''
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
