/**
 * A value as SNMP carries it: INTEGER, Gauge32, Counter32 and TimeTicks are numbers, Counter64 a bigint, OCTET STRING and Opaque bytes, OBJECT IDENTIFIER
 * and IpAddress texts of numbers and dots.
 */
export type SnmpValue = number | bigint | Uint8Array | string

/** An integer; undefined where it is missing, of another type, or beyond what a double holds exactly. */
export function integerOf(value: SnmpValue | undefined): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined
  if (typeof value === 'bigint') {
    const number = Number(value)
    return Number.isSafeInteger(number) ? number : undefined
  }
  return undefined
}

/**
 * A counter of 64 bits, as Counter64 or as eight bytes, the highest first (FCMGMT-MIB). Beyond 2^53 it is rounded as every sample is;
 * `8000000000000000` in bytes is FCMGMT's "not supported": missing.
 */
export function counter64Of(value: SnmpValue | undefined): number | undefined {
  if (typeof value === 'number') return value >= 0 ? value : undefined
  if (typeof value === 'bigint') return Number(value)
  if (!(value instanceof Uint8Array) || value.length !== 8) return undefined
  const number = Buffer.from(value).readBigUInt64BE()
  return number === 0x8000000000000000n ? undefined : Number(number)
}

/** A DisplayString without what surrounds it; undefined where nothing printable is left. Bytes that are no UTF-8 are taken as GB18030. */
export function textOf(value: SnmpValue | undefined, maxLength = 256): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value.slice(0, maxLength)
  if (!(value instanceof Uint8Array)) return undefined
  const text = decode(value)
    .replace(/\0[\s\S]*$/u, '')
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
  // a character of two halves may be cut in two: no tag or key takes a half
  return text === '' ? undefined : text.slice(0, maxLength).toWellFormed()
}

/** Bytes as `10:00:00:05:1e:36:05:b0`, the way names (WWN) and addresses (MAC) are written. */
export function hexOf(value: SnmpValue | undefined): string | undefined {
  if (!(value instanceof Uint8Array) || value.length === 0) return undefined
  return [...value].map((byte) => byte.toString(16).padStart(2, '0')).join(':')
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('gb18030').decode(bytes)
  }
}
