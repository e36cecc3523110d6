const utf8 = new TextEncoder()

/**
 * A growing buffer. Integers are written least significant group first, 7 bits a byte (LEB128), up to 2^53 − 1; signed ones
 * zig-zagged (0, −1, 1, −2, …); doubles as IEEE 754, little-endian; texts as their length in bytes and UTF-8.
 */
export class ByteWriter {
  /** The buffer; hot loops write to it directly after reserve(). */
  bytes: Uint8Array<ArrayBuffer>
  view: DataView<ArrayBuffer>
  /** Where the next byte goes. */
  position = 0

  constructor(capacity = 1_024) {
    this.bytes = new Uint8Array(capacity)
    this.view = new DataView(this.bytes.buffer)
  }

  /** Makes sure that `count` more bytes fit. */
  reserve(count: number): void {
    const needed = this.position + count
    if (needed <= this.bytes.length) return
    const larger = new Uint8Array(Math.max(needed, this.bytes.length * 2))
    larger.set(this.bytes.subarray(0, this.position))
    this.bytes = larger
    this.view = new DataView(larger.buffer)
  }

  byte(value: number): void {
    this.reserve(1)
    this.bytes[this.position++] = value
  }

  uint32(value: number): void {
    this.reserve(4)
    this.view.setUint32(this.position, value, true)
    this.position += 4
  }

  float64(value: number): void {
    this.reserve(8)
    this.view.setFloat64(this.position, value, true)
    this.position += 8
  }

  /** A whole number from 0 to 2^53 − 1. */
  varint(value: number): void {
    this.reserve(8)
    let rest = value
    while (rest > 0x7fffffff) {
      this.bytes[this.position++] = (rest % 128) | 0x80
      rest = Math.floor(rest / 128)
    }
    while (rest > 0x7f) {
      this.bytes[this.position++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.bytes[this.position++] = rest
  }

  /** A whole number between −2^52 and 2^52, both excluded. */
  signed(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value)
  }

  text(text: string): void {
    // Up to 42 units surely take at most 127 bytes, so their length is one byte and is filled in afterwards.
    if (text.length <= 42) {
      this.reserve(1 + text.length * 3)
      const { written } = utf8.encodeInto(text, this.bytes.subarray(this.position + 1))
      this.bytes[this.position] = written
      this.position += 1 + written
      return
    }
    const encoded = utf8.encode(text)
    this.varint(encoded.length)
    this.append(encoded)
  }

  append(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.bytes.set(bytes, this.position)
    this.position += bytes.length
  }

  /** What was written, as a view that the next write overwrites; the writer starts anew. */
  takeView(): Uint8Array<ArrayBuffer> {
    const taken = this.bytes.subarray(0, this.position)
    this.position = 0
    return taken
  }

  /** A copy of what was written; the writer starts anew. */
  take(): Uint8Array<ArrayBuffer> {
    return this.takeView().slice()
  }
}
