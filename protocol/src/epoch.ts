import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { ProtocolError } from './errors.ts'

const EPOCH = /^[0-9a-f]{16}$/

/** The name of one run of an agent's process: 16 hex digits from 8 random bytes. */
export function newEpoch(randomBytes: Uint8Array): string {
  if (randomBytes.length !== 8) {
    throw new ProtocolError(
      'BATCH_INVALID',
      `An epoch needs 8 random bytes, not ${randomBytes.length}.`,
    )
  }
  return Array.from(randomBytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

export function isEpoch(text: string): boolean {
  return EPOCH.test(text)
}

/** Writes the 8 bytes that an epoch spells, most significant first. */
export function writeEpoch(writer: ByteWriter, epoch: string): void {
  for (let i = 0; i < 16; i += 2) writer.byte(Number.parseInt(epoch.slice(i, i + 2), 16))
}

export function readEpoch(reader: ByteReader): string {
  reader.require(8)
  const start = reader.position
  reader.position += 8
  return newEpoch(reader.bytes.subarray(start, start + 8))
}
