const OFFSET_BASIS = 0xcbf29ce484222325n
const PRIME = 0x100000001b3n
const SEPARATOR = 0xff

/** What labelFingerprint gives, as a regular expression. */
export const FINGERPRINT_PATTERN = '^[0-9a-f]{16}$'

const encoder = new TextEncoder()

/**
 * Prometheus's fingerprint of a label set (prometheus/common, model/signature.go): FNV-1a, 64 bit, over `name 0xFF value 0xFF` in rising
 * order of names; 16 hex digits. A real Alertmanager gives the same for the same labels.
 */
export function labelFingerprint(labels: Readonly<Record<string, string>>): string {
  let hash = OFFSET_BASIS
  for (const name of Object.keys(labels).sort()) {
    hash = addByte(addText(addByte(addText(hash, name), SEPARATOR), labels[name] ?? ''), SEPARATOR)
  }
  return hash.toString(16).padStart(16, '0')
}

function addText(hash: bigint, text: string): bigint {
  let sum = hash
  for (const byte of encoder.encode(text)) sum = addByte(sum, byte)
  return sum
}

function addByte(hash: bigint, byte: number): bigint {
  return BigInt.asUintN(64, (hash ^ BigInt(byte)) * PRIME)
}
