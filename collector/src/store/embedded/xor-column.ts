import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { PartError } from './part-error.ts'

/**
 * Doubles of any kind, each as the difference (XOR) from the one before. One byte says how many of the 8 bytes are zero at
 * the high end (high nibble) and at the low end (low nibble; 8 and 0: the same value again); the bytes between follow.
 * For values that no decimal step describes there is little to gain: their mantissa is noise.
 */
const cell = new DataView(new ArrayBuffer(8))

export function writeXor(writer: ByteWriter, values: Float64Array, count: number): void {
  writer.reserve(count * 9)
  let high = 0
  let low = 0
  for (let i = 0; i < count; i++) {
    cell.setFloat64(0, values[i]!)
    const nextHigh = cell.getUint32(0)
    const nextLow = cell.getUint32(4)
    cell.setUint32(0, nextHigh ^ high)
    cell.setUint32(4, nextLow ^ low)
    high = nextHigh
    low = nextLow
    let from = 0
    while (from < 8 && cell.getUint8(from) === 0) from++
    let to = 8
    while (to > from && cell.getUint8(to - 1) === 0) to--
    writer.byte((from << 4) | (from === 8 ? 0 : 8 - to))
    for (let at = from; at < to; at++) writer.byte(cell.getUint8(at))
  }
}

export function readXor(reader: ByteReader, values: Float64Array, at: number, count: number): void {
  let high = 0
  let low = 0
  for (let i = 0; i < count; i++) {
    const head = reader.byte()
    const from = head >>> 4
    const to = 8 - (head & 15)
    if (from > 8 || to < 0) throw new PartError('a column of doubles has an impossible length')
    cell.setUint32(0, 0)
    cell.setUint32(4, 0)
    for (let byte = from; byte < to; byte++) cell.setUint8(byte, reader.byte())
    high ^= cell.getUint32(0)
    low ^= cell.getUint32(4)
    cell.setUint32(0, high)
    cell.setUint32(4, low)
    values[at + i] = cell.getFloat64(0)
  }
}
