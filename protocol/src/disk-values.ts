import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { coarserScale, DIVISORS, fitsScale, RAW } from './scale.ts'

/*
 * Values that are coded against nothing, so that damage elsewhere can't reach them. By the first byte:
 *
 *   0x00–0x7f  a whole number from 0 to 127
 *   0x80–0xbf  hundredths from 0 to 163.83: 6 bits here (high), 8 in the next byte
 *   0xc0–0xff  3 bits scale, 3 bits n − 1, then n bytes, little-endian: the scaled integer zig-zagged, or (scale RAW) the double
 */

/** Bytes of one value at most. */
export const MAX_DISK_VALUE_BYTES = 9

export function writeDiskValue(writer: ByteWriter, value: number): void {
  const small = value & 0x7f
  if (small === value && !Object.is(value, -0)) {
    writer.byte(small)
    return
  }
  const hundredths = Math.round(value * 100)
  if (hundredths / 100 === value && hundredths >= 0 && hundredths < 0x4000 && value > 0) {
    writer.byte(0x80 | (hundredths >> 8))
    writer.byte(hundredths & 0xff)
    return
  }
  writeScaled(writer, value, diskScale(value))
}

function writeScaled(writer: ByteWriter, value: number, scale: number): void {
  writer.reserve(MAX_DISK_VALUE_BYTES)
  if (scale === RAW) {
    writer.byte(0xc0 | (RAW << 3) | 7)
    writer.float64(value)
    return
  }
  const scaled = Math.round(value * DIVISORS[scale]!)
  let rest = scaled < 0 ? -2 * scaled - 1 : 2 * scaled
  const head = writer.position++
  while (rest > 0) {
    writer.byte(rest % 256)
    rest = Math.floor(rest / 256)
  }
  writer.bytes[head] = 0xc0 | (scale << 3) | (writer.position - head - 2)
}

/** @throws ProtocolError */
export function readDiskValue(reader: ByteReader): number {
  const head = reader.byte()
  if (head < 0x80) return head
  if (head < 0xc0) return (((head & 0x3f) << 8) | reader.byte()) / 100
  const scale = (head >> 3) & 7
  const length = (head & 7) + 1
  if (scale === RAW) return reader.float64()
  let zigzag = 0
  let factor = 1
  for (let i = 0; i < length; i++) {
    zigzag += reader.byte() * factor
    factor *= 256
  }
  const scaled = zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2
  return scaled / DIVISORS[scale]!
}

function diskScale(value: number): number {
  if (fitsScale(value, 0)) return coarserScale(value, value)
  for (const scale of [2, 3, 6, 5, 4]) {
    if (fitsScale(value, scale)) return scale
  }
  return RAW
}
