import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { PartError } from './part-error.ts'

/**
 * Whole numbers in bits. Every 64 numbers have a Rice parameter of their own, so a counter that idles at night and runs by day is
 * coded well in both. A number n is floor(n / 2^k) zero bits, a one, and its k low bits; MAX_ZEROS zeros say that all its bits follow.
 * Block header, 5 bits: k from 0 to 29; SPARSE: few are not zero, each with its place; ZEROS: all are zero.
 *
 * Bits run from the highest of a byte to the lowest. Readers load four bytes at once: a part ends with four bytes that
 * belong to no column (its checksum).
 */
export const BLOCK = 64
const MAX_ZEROS = 12
const SPARSE = 30
const ZEROS = 31
/** Up to this k, zeros, one and low bits fit in the 25 bits that one load gives at any bit offset. */
const MAX_SHORT_K = 12

/** Writes `count` numbers below 2^31; starts and ends at a whole byte. */
export function writeRice(writer: ByteWriter, numbers: Int32Array, count: number): void {
  // At worst every number takes its escape and 31 bits, every block its header.
  writer.reserve(16 + count * 6 + (count / BLOCK + 1) * 2)
  const bits = new BitWriter(writer)
  const width = widthOf(numbers, count)
  bits.put(width, 5)
  for (let from = 0; from < count; from += BLOCK) {
    writeBlock(bits, numbers, from, Math.min(from + BLOCK, count), width)
  }
  bits.close()
}

/** Bits that the largest number needs: 0 to 31. */
function widthOf(numbers: Int32Array, count: number): number {
  let all = 0
  for (let i = 0; i < count; i++) all |= numbers[i]!
  return 32 - Math.clz32(all)
}

function writeBlock(
  bits: BitWriter,
  numbers: Int32Array,
  from: number,
  to: number,
  width: number,
): void {
  let sum = 0
  let nonZero = 0
  for (let i = from; i < to; i++) {
    const number = numbers[i]!
    sum += number
    if (number !== 0) nonZero++
  }
  if (nonZero === 0) {
    bits.put(ZEROS, 5)
    return
  }
  const k = bestK(numbers, from, to, sum, width)
  const sparseCost = 6 + nonZero * (6 + width)
  if (sparseCost < riceCost(numbers, from, to, k, width)) {
    writeSparse(bits, numbers, from, to, nonZero, width)
    return
  }
  bits.put(k, 5)
  for (let i = from; i < to; i++) {
    const number = numbers[i]!
    const zeros = number >>> k
    if (zeros >= MAX_ZEROS) {
      bits.put(0, MAX_ZEROS)
      bits.putLong(number, width)
    } else if (k <= MAX_SHORT_K) {
      bits.put((1 << k) | (number & ((1 << k) - 1)), zeros + 1 + k)
    } else {
      bits.put(1, zeros + 1)
      bits.putLong(number & ((1 << k) - 1), k)
    }
  }
}

/** Starts at what suits a geometric distribution of this mean and goes down while that is cheaper (one outlier raises the mean). */
function bestK(numbers: Int32Array, from: number, to: number, sum: number, width: number): number {
  let k = Math.max(0, Math.min(29, 31 - Math.clz32(sum / (to - from))))
  let cost = riceCost(numbers, from, to, k, width)
  while (k > 0) {
    const lower = riceCost(numbers, from, to, k - 1, width)
    if (lower >= cost) break
    cost = lower
    k--
  }
  return k
}

function riceCost(numbers: Int32Array, from: number, to: number, k: number, width: number): number {
  let cost = (to - from) * (1 + k)
  const escape = MAX_ZEROS + width - 1 - k
  for (let i = from; i < to; i++) {
    const zeros = numbers[i]! >>> k
    cost += zeros < MAX_ZEROS ? zeros : escape
  }
  return cost
}

function writeSparse(
  bits: BitWriter,
  numbers: Int32Array,
  from: number,
  to: number,
  nonZero: number,
  width: number,
): void {
  bits.put(SPARSE, 5)
  bits.put(nonZero - 1, 6)
  for (let i = from; i < to; i++) {
    if (numbers[i] === 0) continue
    bits.put(i - from, 6)
    bits.putLong(numbers[i]!, width)
  }
}

/** Reads `count` numbers into `numbers` and leaves the reader at the next whole byte. */
export function readRice(reader: ByteReader, numbers: Int32Array, count: number): void {
  const view = reader.view
  const bitEnd = (view.byteLength - 4) * 8
  let bit = reader.at * 8
  if (bit + 5 > bitEnd) throw new PartError('a column ends too early')
  const width = peek(view, bit, 5)
  bit += 5
  for (let from = 0; from < count; from += BLOCK) {
    if (bit + 5 > bitEnd) throw new PartError('a column ends too early')
    const k = peek(view, bit, 5)
    bit += 5
    const to = Math.min(from + BLOCK, count)
    if (k === ZEROS) numbers.fill(0, from, to)
    else if (k === SPARSE) bit = readSparse(view, bit, bitEnd, numbers, from, to, width)
    else if (k <= MAX_SHORT_K) bit = readShort(view, bit, bitEnd, numbers, from, to, k, width)
    else bit = readLong(view, bit, bitEnd, numbers, from, to, k, width)
  }
  reader.at = (bit + 7) >>> 3
}

function readShort(
  view: DataView,
  start: number,
  bitEnd: number,
  numbers: Int32Array,
  from: number,
  to: number,
  k: number,
  width: number,
): number {
  let bit = start
  const down = 31 - k
  for (let i = from; i < to; i++) {
    if (bit > bitEnd) throw new PartError('a column ends too early')
    const word = view.getUint32(bit >>> 3) << (bit & 7)
    const zeros = Math.clz32(word)
    if (zeros < MAX_ZEROS) {
      numbers[i] = (zeros << k) | (((word << (zeros + 1)) >>> 1) >>> down)
      bit += zeros + 1 + k
    } else {
      numbers[i] = peekLong(view, bit + MAX_ZEROS, bitEnd, width)
      bit += MAX_ZEROS + width
    }
  }
  return bit
}

function readLong(
  view: DataView,
  start: number,
  bitEnd: number,
  numbers: Int32Array,
  from: number,
  to: number,
  k: number,
  width: number,
): number {
  let bit = start
  for (let i = from; i < to; i++) {
    if (bit > bitEnd) throw new PartError('a column ends too early')
    const zeros = Math.clz32(view.getUint32(bit >>> 3) << (bit & 7))
    if (zeros < MAX_ZEROS) {
      numbers[i] = (zeros << k) | peekLong(view, bit + zeros + 1, bitEnd, k)
      bit += zeros + 1 + k
    } else {
      numbers[i] = peekLong(view, bit + MAX_ZEROS, bitEnd, width)
      bit += MAX_ZEROS + width
    }
  }
  return bit
}

function readSparse(
  view: DataView,
  start: number,
  bitEnd: number,
  numbers: Int32Array,
  from: number,
  to: number,
  width: number,
): number {
  numbers.fill(0, from, to)
  if (start + 6 > bitEnd) throw new PartError('a column ends too early')
  let bit = start + 6
  for (let left = peek(view, start, 6) + 1; left > 0; left--) {
    if (bit + 6 > bitEnd) throw new PartError('a column ends too early')
    const place = from + peek(view, bit, 6)
    if (place >= to) throw new PartError('a column has a value outside its rows')
    numbers[place] = peekLong(view, bit + 6, bitEnd, width)
    bit += 6 + width
  }
  return bit
}

/** 1 to 25 bits. */
function peek(view: DataView, bit: number, count: number): number {
  return (view.getUint32(bit >>> 3) << (bit & 7)) >>> (32 - count)
}

/** 0 to 31 bits. */
function peekLong(view: DataView, bit: number, bitEnd: number, count: number): number {
  if (bit + count > bitEnd) throw new PartError('a column ends too early')
  if (count === 0) return 0
  if (count <= 25) return peek(view, bit, count)
  const low = count - 16
  return (peek(view, bit, 16) << low) | peek(view, bit + 16, low)
}

class BitWriter {
  readonly #writer: ByteWriter
  readonly #view: DataView
  readonly #bytes: Uint8Array
  #bit: number

  /** The writer must have reserved all the bytes that will be written, and four more. */
  constructor(writer: ByteWriter) {
    this.#writer = writer
    this.#view = writer.view
    this.#bytes = writer.bytes
    this.#bit = writer.length * 8
  }

  /** 1 to 25 bits. Writes four bytes at once: the bits of this byte that are set, the value, then zeros. */
  put(value: number, count: number): void {
    const at = this.#bit >>> 3
    const used = this.#bit & 7
    const before = (this.#bytes[at]! << 24) & ~(-1 >>> used)
    this.#view.setUint32(at, before | (value << (32 - count - used)))
    this.#bit += count
  }

  /** 0 to 31 bits. */
  putLong(value: number, count: number): void {
    if (count > 16) this.put((value >>> 16) & 0x7fff, count - 16)
    const low = Math.min(count, 16)
    if (low > 0) this.put(value & ((1 << low) - 1), low)
  }

  close(): void {
    this.#writer.length = (this.#bit + 7) >>> 3
  }
}
