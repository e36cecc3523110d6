import { put, putLong } from './bits.ts'
import type { ByteWriter } from './byte-writer.ts'
import { BLOCK, MAX_K, MAX_SHORT_K, MAX_ZEROS, SPARSE, ZEROS } from './rice-format.ts'

/** Writes `count` numbers below 2^31; starts and ends at a whole byte. */
export function writeRice(writer: ByteWriter, numbers: Int32Array, count: number): void {
  // At worst every number takes its escape and 31 bits, every block its header.
  writer.reserve(16 + count * 6 + (count / BLOCK + 1) * 2)
  const { view, bytes } = writer
  const width = widthOf(numbers, count)
  let bit = put(view, bytes, writer.length * 8, width, 5)
  for (let from = 0; from < count; from += BLOCK) {
    const to = Math.min(from + BLOCK, count)
    bit = writeBlock(view, bytes, bit, numbers, from, to, width)
  }
  writer.length = (bit + 7) >>> 3
}

/** Bits that the largest number needs: 0 to 31. */
function widthOf(numbers: Int32Array, count: number): number {
  let all = 0
  for (let i = 0; i < count; i++) all |= numbers[i]!
  return 32 - Math.clz32(all)
}

function writeBlock(
  view: DataView,
  bytes: Uint8Array,
  start: number,
  numbers: Int32Array,
  from: number,
  to: number,
  width: number,
): number {
  let lengths = 0
  let nonZero = 0
  for (let i = from; i < to; i++) {
    const number = numbers[i]!
    lengths = (lengths + 32 - Math.clz32(number)) | 0
    nonZero += number === 0 ? 0 : 1
  }
  if (nonZero === 0) return put(view, bytes, start, ZEROS, 5)
  const count = to - from
  // For numbers of geometric distribution the best k is about their mean length in bits; an outlier hardly moves that.
  const k = Math.min(MAX_K, Math.max(0, Math.round(lengths / count - 0.55)))
  if (6 + nonZero * (6 + width) < lengths + count * 0.7) {
    return writeSparse(view, bytes, start, numbers, from, to, nonZero, width)
  }
  const bit = put(view, bytes, start, k, 5)
  return k <= MAX_SHORT_K
    ? writeShort(view, bytes, bit, numbers, from, to, k, width)
    : writeLong(view, bytes, bit, numbers, from, to, k, width)
}

function writeShort(
  view: DataView,
  bytes: Uint8Array,
  start: number,
  numbers: Int32Array,
  from: number,
  to: number,
  k: number,
  width: number,
): number {
  let bit = start
  const one = 1 << k
  const mask = one - 1
  let at = bit >>> 3
  /** The bits of byte `at` that are set already, at the high end. */
  let word = (bytes[at]! << 24) & ~(-1 >>> (bit & 7))
  for (let i = from; i < to; i++) {
    const number = numbers[i]!
    const zeros = number >>> k
    if (zeros < MAX_ZEROS) {
      const count = zeros + 1 + k
      word |= (one | (number & mask)) << (32 - count - (bit & 7))
      view.setUint32(at, word)
      bit += count
      word <<= ((bit >>> 3) - at) << 3
      at = bit >>> 3
    } else {
      bit = put(view, bytes, bit, 0, MAX_ZEROS)
      bit = putLong(view, bytes, bit, number, width)
      at = bit >>> 3
      word = (bytes[at]! << 24) & ~(-1 >>> (bit & 7))
    }
  }
  return bit
}

function writeLong(
  view: DataView,
  bytes: Uint8Array,
  start: number,
  numbers: Int32Array,
  from: number,
  to: number,
  k: number,
  width: number,
): number {
  let bit = start
  for (let i = from; i < to; i++) {
    const number = numbers[i]!
    const zeros = number >>> k
    if (zeros < MAX_ZEROS) {
      bit = put(view, bytes, bit, 1, zeros + 1)
      bit = putLong(view, bytes, bit, number & ((1 << k) - 1), k)
    } else {
      bit = put(view, bytes, bit, 0, MAX_ZEROS)
      bit = putLong(view, bytes, bit, number, width)
    }
  }
  return bit
}

function writeSparse(
  view: DataView,
  bytes: Uint8Array,
  start: number,
  numbers: Int32Array,
  from: number,
  to: number,
  nonZero: number,
  width: number,
): number {
  let bit = put(view, bytes, start, (SPARSE << 6) | (nonZero - 1), 11)
  for (let i = from; i < to; i++) {
    if (numbers[i] === 0) continue
    bit = put(view, bytes, bit, i - from, 6)
    bit = putLong(view, bytes, bit, numbers[i]!, width)
  }
  return bit
}
