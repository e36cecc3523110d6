import type { ByteReader } from '../coding/byte-reader.ts'
import type { ByteWriter } from '../coding/byte-writer.ts'
import { ProtocolError } from '../errors.ts'
import { coarserScale, DIVISORS, fitsScale, MAX_SCALED, nextScale, RAW } from '../coding/scale.ts'
import { newValues } from '../coding/value-slab.ts'

/*
 * Values that are coded against nothing, so that damage elsewhere can't reach them: a head byte, then n bytes.
 *
 *   head  3 bits n (lowest), 3 bits scale, 2 bits 0
 *   n     0…7 bytes of the zig-zagged scaled integer, little-endian; with scale RAW n is 0 and the 8 bytes of the double follow
 *
 * Nearly every value takes one path without a branch: four bytes are written or read whatever n is, and n moves the position.
 */

/** Bytes of one value at most; as many must be reserved for each. */
const MAX_VALUE_BYTES = 9

/** Which of four little-endian bytes belong to a value of n bytes. */
const MASKS = new Int32Array([0, 0xff, 0xffff, 0xff_ffff, -1])

/** For every head byte with at most 4 bytes after it the divisor of its scale, for all others 0. */
const SHORT_DIVISORS = Float64Array.from({ length: 256 }, (_, head) =>
  head < RAW << 3 && (head & 7) <= 4 ? DIVISORS[head >> 3]! : 0,
)

/** Zig-zagged integers below this have at most 4 bytes and are handled with 32-bit arithmetic. */
const SHORT = 2 ** 31

/** The highest zig-zagged scaled integer. */
const MAX_ZIGZAG = 2 * MAX_SCALED

/** Zig-zagged integers from this on (3 bytes) are worth asking whether they are multiples of 512 or more. */
const LARGE = 2 ** 17

/** Writes values; remembers for each series which scale fitted last, to try it first. One byte a series. */
export class DiskValueEncoder {
  #scales = new Uint8Array(64)

  /** `series` must be below the bound given to grow(); all values must be finite. */
  encode(writer: ByteWriter, series: Uint32Array, values: Float64Array): void {
    const scales = this.#scales
    const count = values.length
    writer.reserve(count * MAX_VALUE_BYTES)
    const { bytes, view } = writer
    let at = writer.position
    for (let i = 0; i < count; i++) {
      const value = values[i]!
      const scale = scales[series[i]!]!
      const divisor = DIVISORS[scale]!
      const scaled = Math.floor(value * divisor + 0.5)
      const zigzag = scaled < 0 ? -2 * scaled - 1 : 2 * scaled
      if (
        scaled / divisor !== value ||
        zigzag > MAX_ZIGZAG ||
        scale === RAW ||
        (scale === 0 && zigzag >= LARGE && (value & 511) === 0) ||
        Object.is(value, -0)
      ) {
        writer.position = at
        this.#rare(writer, series[i]!, value)
        at = writer.position
      } else if (zigzag < SHORT) {
        const length = (39 - Math.clz32(zigzag)) >> 3
        bytes[at] = (scale << 3) | length
        view.setInt32(at + 1, zigzag, true)
        at += 1 + length
      } else {
        const high = Math.floor(zigzag / 2 ** 32)
        const length = 4 + ((39 - Math.clz32(high)) >> 3)
        bytes[at] = (scale << 3) | length
        view.setInt32(at + 1, zigzag | 0, true)
        view.setInt32(at + 5, high, true)
        at += 1 + length
      }
    }
    writer.position = at
  }

  /** Makes room for series numbers below `count`. */
  grow(count: number): void {
    if (count <= this.#scales.length) return
    const larger = new Uint8Array(Math.max(count, this.#scales.length * 2))
    larger.set(this.#scales)
    this.#scales = larger
  }

  #rare(writer: ByteWriter, series: number, value: number): void {
    let scale = this.#scales[series]!
    if (scale === RAW || !fitsScale(value, scale)) scale = nextScale(value, scale)
    if (scale === 0) scale = coarserScale(value, value)
    this.#scales[series] = scale
    writeDiskValue(writer, value, scale)
  }
}

/** Writes one value with a scale that fits it. */
export function writeDiskValue(writer: ByteWriter, value: number, scale: number): void {
  if (scale === RAW) {
    writer.byte(RAW << 3)
    writer.float64(value)
    return
  }
  writer.reserve(MAX_VALUE_BYTES)
  const scaled = Math.round(value * DIVISORS[scale]!)
  let rest = scaled < 0 ? -2 * scaled - 1 : 2 * scaled
  const head = writer.position++
  while (rest > 0) {
    writer.byte(rest % 256)
    rest = Math.floor(rest / 256)
  }
  writer.bytes[head] = (scale << 3) | (writer.position - head - 1)
}

/**
 * Reads `count` values into a fresh array. What is no finite number comes back as it is.
 * @throws ProtocolError
 */
export function readDiskValues(reader: ByteReader, count: number): Float64Array<ArrayBuffer> {
  reader.require(count)
  const values = newValues(count)
  const { bytes, view } = reader
  const lastWhole = bytes.length - 5
  let at = reader.position
  for (let i = 0; i < count; i++) {
    const head = bytes[at]!
    const divisor = SHORT_DIVISORS[head]!
    if (divisor !== 0 && at <= lastWhole) {
      const zigzag = view.getInt32(at + 1, true) & MASKS[head & 7]!
      values[i] = ((zigzag >>> 1) ^ -(zigzag & 1)) / divisor
      at += 1 + (head & 7)
    } else {
      reader.position = at
      values[i] = readDiskValue(reader)
      at = reader.position
    }
  }
  reader.position = at
  return values
}

/** @throws ProtocolError */
export function readDiskValue(reader: ByteReader): number {
  const head = reader.byte()
  if (head > RAW << 3) {
    throw new ProtocolError('FRAME_MALFORMED', `A value can't start with byte ${head}.`)
  }
  if (head === RAW << 3) return reader.float64()
  let zigzag = 0
  let factor = 1
  for (let left = head & 7; left > 0; left--) {
    zigzag += reader.byte() * factor
    factor *= 256
  }
  const scaled = zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2
  return scaled / DIVISORS[head >> 3]!
}
