import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { PartError } from './part-error.ts'
import { readRice } from './rice-reading.ts'
import { writeRice } from './rice-writing.ts'

/**
 * Whole numbers (up to 2^51) of any distance from each other: the first, then differences, zigzag, of which the lowest bits of all stand
 * as they are (in whole bytes, lowest first) and the rest in Rice blocks. Such columns are few.
 *
 * Header: one byte, the number of plain bits; the first integer as a signed varint.
 */
const MAX_PLAIN = 24

/** Writes the integers. */
export function writeWide(writer: ByteWriter, integers: Float64Array, count: number): void {
  const zigzags = new Float64Array(count)
  let largest = 0
  for (let i = 1; i < count; i++) {
    const step = integers[i]! - integers[i - 1]!
    zigzags[i] = step < 0 ? -2 * step - 1 : 2 * step
    largest = Math.max(largest, zigzags[i]!)
  }
  let plainBits = 0
  while (largest / 2 ** plainBits >= 2 ** 31) plainBits++
  const unit = 2 ** plainBits
  writer.byte(plainBits)
  writer.signed(integers[0]!)
  for (let shift = 0; shift < plainBits; shift += 8) {
    for (const zigzag of zigzags) writer.byte(((zigzag % unit) >>> shift) & 0xff)
  }
  writeRice(
    writer,
    Int32Array.from(zigzags, (zigzag) => Math.floor(zigzag / unit)),
    count,
  )
}

/** Fills `values` with the integers, divided by `power`. */
export function readWide(
  reader: ByteReader,
  values: Float64Array,
  at: number,
  count: number,
  power: number,
): void {
  const plainBits = reader.byte()
  if (plainBits > MAX_PLAIN) throw new PartError('a wide column has more plain bits than it may')
  let integer = reader.signed()
  const plain = new Int32Array(count)
  for (let shift = 0; shift < plainBits; shift += 8) {
    for (let i = 0; i < count; i++) plain[i]! |= reader.byte() << shift
  }
  const high = new Int32Array(count)
  readRice(reader, high, count)
  const unit = 2 ** plainBits
  for (let i = 0; i < count; i++) {
    const zigzag = high[i]! * unit + plain[i]!
    integer += zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2
    values[at + i] = integer / power
  }
}
