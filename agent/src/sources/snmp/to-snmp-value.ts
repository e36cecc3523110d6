import type { SnmpVarbind } from './snmp-request.ts'
import type { SnmpValue } from './snmp-value.ts'

const INTEGER = 2
const OCTET_STRING = 4
const OBJECT_IDENTIFIER = 6
const IP_ADDRESS = 64
const COUNTER32 = 65
const GAUGE32 = 66
const TIME_TICKS = 67
const OPAQUE = 68
const COUNTER64 = 70

const MIN_INT32 = -(2 ** 31)
const MAX_UINT32 = 2 ** 32 - 1

/** What a varbind holds; undefined where it says that there is nothing, or holds what its type can't. */
export function toSnmpValue({ type, value }: SnmpVarbind): SnmpValue | undefined {
  switch (type) {
    case INTEGER:
      return toNumber(value, MIN_INT32, 2 ** 31 - 1)
    case COUNTER32:
    case GAUGE32:
    case TIME_TICKS:
      return toNumber(value, 0, MAX_UINT32)
    case COUNTER64:
      return value instanceof Uint8Array ? toUnsigned(value) : undefined
    case OCTET_STRING:
    case OPAQUE:
      return value instanceof Uint8Array ? value : undefined
    case OBJECT_IDENTIFIER:
    case IP_ADDRESS:
      return typeof value === 'string' ? value : undefined
    default: // NULL, noSuchObject, noSuchInstance, endOfMibView, and what SNMP does not know
      return undefined
  }
}

function toNumber(value: unknown, least: number, most: number): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
    ? value
    : undefined
}

/** The bytes of a Counter64: up to eight, and a zero before them where the highest bit is set. */
function toUnsigned(bytes: Uint8Array): bigint | undefined {
  const digits = bytes.length === 9 && bytes[0] === 0 ? bytes.subarray(1) : bytes
  if (digits.length === 0 || digits.length > 8) return undefined
  return BigInt(`0x${Buffer.from(digits).toString('hex')}`)
}
