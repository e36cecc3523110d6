import { peekLong, put, putLong } from './bits.ts'
import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { PartError } from './part-error.ts'

/** Writes `count` numbers of `width` bits each; starts and ends at a whole byte. */
export function writePacked(
  writer: ByteWriter,
  numbers: Int32Array,
  count: number,
  width: number,
): void {
  writer.reserve(8 + count * 4)
  const { view, bytes } = writer
  let bit = writer.length * 8
  if (width <= 25) for (let i = 0; i < count; i++) bit = put(view, bytes, bit, numbers[i]!, width)
  else for (let i = 0; i < count; i++) bit = putLong(view, bytes, bit, numbers[i]!, width)
  writer.length = (bit + 7) >>> 3
}

export function readPacked(
  reader: ByteReader,
  numbers: Int32Array,
  count: number,
  width: number,
): void {
  const view = reader.view
  const bitEnd = (view.byteLength - 4) * 8
  let bit = reader.at * 8
  if (bit + count * width > bitEnd) throw new PartError('a column ends too early')
  for (let i = 0; i < count; i++) {
    numbers[i] = peekLong(view, bit, bitEnd, width)
    bit += width
  }
  reader.at = (bit + 7) >>> 3
}
