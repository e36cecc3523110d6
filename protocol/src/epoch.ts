import { ProtocolError } from './errors.ts'

/** Every byte as two digits. */
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

const EPOCH = /^[0-9a-f]{16}$/

/** The name of one run of an agent's process: 16 hex digits from 8 random bytes. */
export function newEpoch(randomBytes: Uint8Array): string {
  if (randomBytes.length !== 8) {
    throw new ProtocolError(
      'BATCH_INVALID',
      `An epoch needs 8 random bytes, not ${randomBytes.length}.`,
    )
  }
  let epoch = ''
  for (const byte of randomBytes) epoch += HEX[byte]!
  return epoch
}

export function isEpoch(text: string): boolean {
  return EPOCH.test(text)
}
