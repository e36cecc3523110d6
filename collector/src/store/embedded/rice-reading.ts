import { peek, peekLong } from './bits.ts'
import type { ByteReader } from './byte-reader.ts'
import { PartError } from './part-error.ts'
import { BLOCK, MAX_SHORT_K, MAX_ZEROS, SPARSE, ZEROS } from './rice-format.ts'

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
