import { PartError } from './part-error.ts'

/** Reads what ByteWriter wrote. Reading past the end throws PartError. */
export class ByteReader {
  readonly bytes: Uint8Array
  readonly view: DataView
  at: number

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.at = at
  }

  byte(): number {
    const value = this.bytes[this.at++]
    if (value === undefined) throw new PartError('a part ends too early')
    return value
  }

  varint(): number {
    const first = this.byte()
    if (first < 0x80) return first
    let value = first & 0x7f
    let factor = 128
    for (;;) {
      const next = this.byte()
      value += (next & 0x7f) * factor
      if (next < 0x80) return value
      factor *= 128
      if (factor > 2 ** 56) throw new PartError('a number in a part is too long')
    }
  }

  signed(): number {
    const value = this.varint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  double(): number {
    if (this.at + 8 > this.bytes.length) throw new PartError('a part ends too early')
    this.at += 8
    return this.view.getFloat64(this.at - 8, true)
  }
}
