import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { newEpoch } from '../epoch.ts'

/** Writes the 8 bytes that an epoch spells, most significant first. */
export function writeEpoch(writer: ByteWriter, epoch: string): void {
  for (let i = 0; i < 16; i += 2) {
    writer.byte((digit(epoch.charCodeAt(i)) << 4) | digit(epoch.charCodeAt(i + 1)))
  }
}

/** The value of a lower-case hex digit. */
function digit(unit: number): number {
  return unit < 0x3a ? unit - 0x30 : unit - 0x57
}

export function readEpoch(reader: ByteReader): string {
  reader.require(8)
  const start = reader.position
  reader.position += 8
  return newEpoch(reader.bytes.subarray(start, start + 8))
}
