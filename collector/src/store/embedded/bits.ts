import { PartError } from './part-error.ts'

/*
 * Bits run from the highest of a byte to the lowest. Readers and writers move four bytes at once: a part ends with four bytes that belong to no
 * column (its checksum), and a writer reserves some more than it needs.
 */

/** Writes 1 to 25 bits: four bytes at once, the bits of this byte that are set, the value, then zeros. Returns the next bit. */
export function put(
  view: DataView,
  bytes: Uint8Array,
  bit: number,
  value: number,
  count: number,
): number {
  const at = bit >>> 3
  const used = bit & 7
  const before = (bytes[at]! << 24) & ~(-1 >>> used)
  view.setUint32(at, before | (value << (32 - count - used)))
  return bit + count
}

/** 0 to 31 bits. */
export function putLong(
  view: DataView,
  bytes: Uint8Array,
  start: number,
  value: number,
  count: number,
): number {
  if (count === 0) return start
  if (count <= 25) return put(view, bytes, start, value, count)
  const bit = put(view, bytes, start, value >>> 16, count - 16)
  return put(view, bytes, bit, value & 0xffff, 16)
}

/** 1 to 25 bits. */
export function peek(view: DataView, bit: number, count: number): number {
  return (view.getUint32(bit >>> 3) << (bit & 7)) >>> (32 - count)
}

/** 0 to 31 bits. */
export function peekLong(view: DataView, bit: number, bitEnd: number, count: number): number {
  if (bit + count > bitEnd) throw new PartError('a column ends too early')
  if (count === 0) return 0
  if (count <= 25) return peek(view, bit, count)
  const low = count - 16
  return (peek(view, bit, 16) << low) | peek(view, bit + 16, low)
}
