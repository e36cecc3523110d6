import { ProtocolError } from '../errors.ts'
import { MAX_INTEGER } from '../limits.ts'

// fatal: a text that is not UTF-8 is refused, never repaired. ignoreBOM: a text that starts with U+FEFF keeps it.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Reads what ByteWriter wrote. Every method throws ProtocolError instead of reading past the end. */
export class ByteReader {
  readonly bytes: Uint8Array
  readonly view: DataView
  /** Where the next byte is. Hot loops move it themselves. */
  position = 0

  constructor(bytes: Uint8Array) {
    // A Buffer is viewed as a plain Uint8Array so that the hot loops see one kind of array.
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get remaining(): number {
    return this.bytes.length - this.position
  }

  /** @throws ProtocolError FRAME_TRUNCATED when fewer than `count` bytes remain */
  require(count: number): void {
    if (count > this.remaining) {
      throw new ProtocolError(
        'FRAME_TRUNCATED',
        `The content ends at byte ${this.bytes.length}, ${count} more were expected at ${this.position}.`,
      )
    }
  }

  byte(): number {
    this.require(1)
    return this.bytes[this.position++]!
  }

  uint32(): number {
    this.require(4)
    const value = this.view.getUint32(this.position, true)
    this.position += 4
    return value
  }

  float64(): number {
    this.require(8)
    const value = this.view.getFloat64(this.position, true)
    this.position += 8
    return value
  }

  /** A whole number from 0 to 2^53 − 1. */
  varint(): number {
    let value = 0
    let factor = 1
    for (let i = 0; i < 8; i++) {
      const byte = this.byte()
      value += (byte & 0x7f) * factor
      if (byte < 0x80) {
        if (value > MAX_INTEGER) break
        return value
      }
      factor *= 128
    }
    throw new ProtocolError(
      'FRAME_MALFORMED',
      `An integer before byte ${this.position} is above 2^53 − 1.`,
    )
  }

  signed(): number {
    const value = this.varint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  /**
   * A count of things that take at least `bytesEach` bytes each.
   * @throws ProtocolError LIMIT_EXCEEDED above `max`, FRAME_TRUNCATED when they can't be there
   */
  count(what: string, max: number, bytesEach: number): number {
    const count = this.varint()
    if (count > max)
      throw new ProtocolError('LIMIT_EXCEEDED', `${count} ${what}; at most ${max} are allowed.`)
    this.require(count * bytesEach)
    return count
  }

  /** @throws ProtocolError LIMIT_EXCEEDED, FRAME_TRUNCATED, TEXT_NOT_UTF8 */
  text(what: string, maxBytes: number): string {
    const length = this.count(`bytes of ${what}`, maxBytes, 1)
    const start = this.position
    this.position += length
    try {
      return utf8.decode(this.bytes.subarray(start, this.position))
    } catch (cause) {
      throw new ProtocolError('TEXT_NOT_UTF8', `The ${what} at byte ${start} is not UTF-8.`, {
        cause,
      })
    }
  }

  /** @throws ProtocolError FRAME_MALFORMED when anything is left */
  expectEnd(): void {
    if (this.remaining > 0) {
      throw new ProtocolError(
        'FRAME_MALFORMED',
        `${this.remaining} bytes are left over after the content.`,
      )
    }
  }
}
