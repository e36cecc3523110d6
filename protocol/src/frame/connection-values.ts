import type { ByteReader } from '../coding/byte-reader.ts'
import type { ByteWriter } from '../coding/byte-writer.ts'
import { ProtocolError } from '../errors.ts'
import { coarserScale, DIVISORS, fitsScale, MAX_SCALED, nextScale, RAW } from '../coding/scale.ts'
import { newValues } from '../coding/value-slab.ts'

/*
 * The values of one block, coded against the last value of each series on the connection. Both ends start each series at +0, scale 0.
 *
 *   bitmap  one bit a sample, lowest first: 1 = it differs from the last value (by bits)
 *   tokens  one for each set bit:
 *     last value scaled: varint z > 0         zig-zagged difference of the scaled integers, same scale
 *                        0x00 token           as below
 *     last value RAW:    token
 *     token              0…6 = new scale, then the scaled integer as a zig-zagged varint; 7 = RAW, then 8 bytes
 *
 * The loops keep everything in local variables and read and write bytes themselves: at some ns a sample a call for each byte would be most of the cost.
 */

/**
 * Zig-zagged differences below this take at most 3 bytes. From it on a series of whole numbers is asked whether it counts in blocks.
 */
const LARGE = 2 ** 21

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

  /** Writes the values of series `numbers`; all must be finite, and grow() must have been told of the numbers. */
  encode(writer: ByteWriter, numbers: Uint32Array, values: Float64Array): void {
    const last = this.#last
    const scaledValues = this.#scaled
    const scales = this.#scales
    const count = numbers.length
    writer.reserve(maxValueBytes(count))
    const { bytes } = writer
    let bitmap = writer.position
    let at = bitmap + ((count + 7) >> 3)
    let bits = 0
    for (let i = 0; i < count; i++) {
      const value = values[i]!
      const number = numbers[i]!
      const before = last[number]!
      if (value !== before || (value === 0 && Object.is(value, -0) !== Object.is(before, -0))) {
        bits |= 1 << (i & 7)
        const scale = scales[number]!
        const divisor = DIVISORS[scale]!
        const scaled = Math.floor(value * divisor + 0.5)
        const difference = scaled - scaledValues[number]!
        const zigzag = difference < 0 ? -2 * difference - 1 : 2 * difference
        if (
          zigzag < LARGE &&
          scaled / divisor === value &&
          scale !== RAW &&
          !Object.is(value, -0)
        ) {
          last[number] = value
          scaledValues[number] = scaled
          at = writeShort(bytes, at, zigzag)
        } else {
          writer.position = at
          this.#rareToken(writer, number, value)
          at = writer.position
        }
      }
      if ((i & 7) === 7) {
        bytes[bitmap++] = bits
        bits = 0
      }
    }
    if ((count & 7) !== 0) bytes[bitmap] = bits
    writer.position = at
  }

  /** Makes room for series numbers below `count`. */
  grow(count: number): void {
    if (count <= this.#last.length) return
    const capacity = Math.max(count, this.#last.length + (this.#last.length >> 1), 64)
    this.#last = extended(this.#last, new Float64Array(capacity))
    this.#scaled = extended(this.#scaled, new Float64Array(capacity))
    this.#scales = extended(this.#scales, new Uint8Array(capacity))
  }

  /** Large differences, values that don't fit the scale, raw ones. */
  #rareToken(writer: ByteWriter, number: number, value: number): void {
    const scale = this.#scales[number]!
    if (scale === RAW || !fitsScale(value, scale)) {
      this.#escape(writer, number, value, nextScale(value, scale))
      return
    }
    if (scale === 0 && this.#coarsen(writer, number, value)) return
    const scaled = Math.round(value * DIVISORS[scale]!)
    const difference = scaled - this.#scaled[number]!
    // The last one may have crept past MAX_SCALED by small steps.
    if (Math.abs(difference) >= 2 * MAX_SCALED) {
      this.#escape(writer, number, value, scale)
      return
    }
    writer.signed(difference)
    this.#last[number] = value
    this.#scaled[number] = scaled
  }

  /** Goes on in blocks of 512 or more if the value before and this one are such; returns whether it did. */
  #coarsen(writer: ByteWriter, number: number, value: number): boolean {
    const coarser = coarserScale(value, this.#last[number]!)
    if (coarser === 0) return false
    this.#escape(writer, number, value, coarser)
    return true
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
  #refused = -1

  /** Index of the last sample of the last block that was no finite number; −1: none. */
  get refused(): number {
    return this.#refused
  }

  /**
   * Reads the values of series `numbers` into a fresh array. What is no finite number comes back as NaN, and the series keeps its last value.
   * @throws ProtocolError
   */
  decode(reader: ByteReader, numbers: Uint32Array): Float64Array {
    const scaledValues = this.#scaled
    const scales = this.#scales
    const { bytes } = reader
    const count = numbers.length
    this.#refused = -1
    let bitmap = reader.position
    reader.require((count + 7) >> 3)
    reader.position += (count + 7) >> 3
    const values = newValues(count)
    let bits = 0
    for (let i = 0; i < count; i++) {
      if ((i & 7) === 0) bits = bytes[bitmap++]!
      const number = numbers[i]!
      const scale = scales[number]!
      if ((bits & 1) === 0) {
        values[i] = scaledValues[number]! / DIVISORS[scale]!
      } else if (scale === RAW) {
        values[i] = this.#token(reader, number, i)
      } else {
        const zigzag = readVarint(reader)
        if (zigzag === 0) {
          values[i] = this.#token(reader, number, i)
        } else {
          const scaled = scaledValues[number]! + unzigzag(zigzag)
          scaledValues[number] = scaled
          values[i] = scaled / DIVISORS[scale]!
        }
      }
      bits >>= 1
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

  #token(reader: ByteReader, number: number, index: number): number {
    const scale = reader.byte()
    if (scale > RAW) throw new ProtocolError('FRAME_MALFORMED', `There is no scale ${scale}.`)
    const scaled = scale === RAW ? reader.float64() : reader.signed()
    if (!Number.isFinite(scaled)) {
      this.#refused = index
      return Number.NaN
    }
    this.#scaled[number] = scaled
    this.#scales[number] = scale
    return scaled / DIVISORS[scale]!
  }
}

/** Writes a varint below 2^21 and returns the position behind it. */
function writeShort(bytes: Uint8Array, at: number, value: number): number {
  if (value < 0x80) {
    bytes[at] = value
    return at + 1
  }
  bytes[at] = (value & 0x7f) | 0x80
  if (value < 0x4000) {
    bytes[at + 1] = value >> 7
    return at + 2
  }
  bytes[at + 1] = ((value >> 7) & 0x7f) | 0x80
  bytes[at + 2] = value >> 14
  return at + 3
}

/** A varint, the short ones without a call. Past the end there is no byte below 0x80: reader.varint() refuses it. */
function readVarint(reader: ByteReader): number {
  const { bytes } = reader
  const at = reader.position
  const first = bytes[at]!
  if (first < 0x80) {
    reader.position = at + 1
    return first
  }
  const second = bytes[at + 1]!
  if (second < 0x80) {
    reader.position = at + 2
    return (first & 0x7f) | (second << 7)
  }
  const third = bytes[at + 2]!
  if (third < 0x80) {
    reader.position = at + 3
    return (first & 0x7f) | ((second & 0x7f) << 7) | (third << 14)
  }
  const fourth = bytes[at + 3]!
  if (fourth < 0x80) {
    reader.position = at + 4
    return (first & 0x7f) | ((second & 0x7f) << 7) | ((third & 0x7f) << 14) | (fourth << 21)
  }
  return reader.varint()
}

function unzigzag(zigzag: number): number {
  if (zigzag < 0x4000_0000) return (zigzag >>> 1) ^ -(zigzag & 1)
  return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2
}

function extended<A extends Float64Array<ArrayBuffer> | Uint8Array<ArrayBuffer>>(
  old: A,
  larger: A,
): A {
  larger.set(old)
  return larger
}
