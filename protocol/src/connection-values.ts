import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { ProtocolError } from './errors.ts'
import { coarserScale, DIVISORS, MAX_SCALED, nextScale, RAW } from './scale.ts'

/*
 * The values of one block, coded against the last value of each series on the connection. Both ends start each series at +0, scale 0.
 *
 *   bitmap  one bit a sample, lowest first: 1 = it differs from the last value (by bits)
 *   tokens  one for each set bit:
 *     last value scaled: varint z > 0         zig-zagged difference of the scaled integers, same scale
 *                        0x00 token           as below
 *     last value RAW:    token
 *     token              0…6 = new scale, then the scaled integer as a zig-zagged varint; 7 = RAW, then 8 bytes
 */

/** From this zig-zagged difference on (4 bytes), a series of whole numbers is asked whether it counts in blocks. */
const LARGE_DIFFERENCE = 2 ** 21

/** Largest token: escape, scale, 8 bytes. */
const MAX_TOKEN_BYTES = 10

/** Bytes that the values of `count` samples take at most. */
export function maxValueBytes(count: number): number {
  return ((count + 7) >> 3) + count * MAX_TOKEN_BYTES
}

/** The sender's memory of the last values. 17 bytes a series. */
export class ValueEncoder {
  #last = new Float64Array(0)
  #scaled = new Float64Array(0)
  #scales = new Uint8Array(0)

  /** Writes the values of series `numbers`; all must be finite. */
  encode(writer: ByteWriter, numbers: Uint32Array, values: Float64Array): void {
    const count = numbers.length
    const bitmapBytes = (count + 7) >> 3
    writer.reserve(maxValueBytes(count))
    writer.bytes.fill(0, writer.position, writer.position + bitmapBytes)
    let bitmap = writer.position
    writer.position += bitmapBytes
    for (let i = 0; i < count; i++) {
      const value = values[i]!
      const number = numbers[i]!
      if (!Object.is(value, this.#last[number])) {
        writer.bytes[bitmap + (i >> 3)]! |= 1 << (i & 7)
        this.#token(writer, number, value)
      }
    }
  }

  /** Makes room for series numbers below `count`. */
  grow(count: number): void {
    if (count <= this.#last.length) return
    const capacity = Math.max(count, this.#last.length + (this.#last.length >> 1), 64)
    this.#last = extended(this.#last, new Float64Array(capacity))
    this.#scaled = extended(this.#scaled, new Float64Array(capacity))
    this.#scales = extended(this.#scales, new Uint8Array(capacity))
  }

  #token(writer: ByteWriter, number: number, value: number): void {
    const scale = this.#scales[number]!
    const divisor = DIVISORS[scale]!
    const scaled = Math.round(value * divisor)
    if (
      scale === RAW ||
      scaled / divisor !== value ||
      scaled >= MAX_SCALED ||
      scaled <= -MAX_SCALED ||
      (value === 0 && 1 / value < 0)
    ) {
      this.#escape(writer, number, value, nextScale(value, scale))
      return
    }
    const before = this.#scaled[number]!
    const difference = scaled - before
    const zigzag = difference < 0 ? -2 * difference - 1 : 2 * difference
    if (zigzag >= LARGE_DIFFERENCE && scale === 0) {
      const coarser = coarserScale(value, before)
      if (coarser !== 0) {
        this.#escape(writer, number, value, coarser)
        return
      }
    }
    this.#last[number] = value
    this.#scaled[number] = scaled
    writer.varint(zigzag)
  }

  #escape(writer: ByteWriter, number: number, value: number, scale: number): void {
    if (this.#scales[number] !== RAW) writer.byte(0)
    writer.byte(scale)
    const scaled = scale === RAW ? value : Math.round(value * DIVISORS[scale]!)
    if (scale === RAW) writer.float64(value)
    else writer.signed(scaled)
    this.#last[number] = value
    this.#scaled[number] = scaled
    this.#scales[number] = scale
  }
}

/** The receiver's memory of the last values. 9 bytes a series. */
export class ValueDecoder {
  #scaled = new Float64Array(0)
  #scales = new Uint8Array(0)

  /**
   * Reads the values of series `numbers`. What is no finite number comes back as NaN, and the series keeps its last value.
   * @throws ProtocolError
   */
  decode(reader: ByteReader, numbers: Uint32Array): Float64Array {
    const count = numbers.length
    const bitmapBytes = (count + 7) >> 3
    reader.require(bitmapBytes)
    const bitmap = reader.position
    reader.position += bitmapBytes
    const values = new Float64Array(count)
    for (let i = 0; i < count; i++) {
      const number = numbers[i]!
      const changed = (reader.bytes[bitmap + (i >> 3)]! >> (i & 7)) & 1
      values[i] =
        changed === 1
          ? this.#token(reader, number)
          : this.#scaled[number]! / DIVISORS[this.#scales[number]!]!
    }
    return values
  }

  /** Makes room for series numbers below `count`. */
  grow(count: number): void {
    if (count <= this.#scaled.length) return
    const capacity = Math.max(count, this.#scaled.length + (this.#scaled.length >> 1), 64)
    this.#scaled = extended(this.#scaled, new Float64Array(capacity))
    this.#scales = extended(this.#scales, new Uint8Array(capacity))
  }

  /** Sets a series back to its start. */
  reset(number: number): void {
    this.#scaled[number] = 0
    this.#scales[number] = 0
  }

  #token(reader: ByteReader, number: number): number {
    const scale = this.#scales[number]!
    if (scale !== RAW) {
      const difference = reader.signed()
      if (difference !== 0) {
        this.#scaled[number]! += difference
        return this.#scaled[number]! / DIVISORS[scale]!
      }
    }
    const newScale = reader.byte()
    if (newScale > RAW) throw new ProtocolError('FRAME_MALFORMED', `There is no scale ${newScale}.`)
    const scaled = newScale === RAW ? reader.float64() : reader.signed()
    if (!Number.isFinite(scaled)) return Number.NaN
    this.#scaled[number] = scaled
    this.#scales[number] = newScale
    return scaled / DIVISORS[newScale]!
  }
}

function extended<A extends Float64Array<ArrayBuffer> | Uint8Array<ArrayBuffer>>(
  old: A,
  larger: A,
): A {
  larger.set(old)
  return larger
}
