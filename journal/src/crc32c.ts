/** CRC-32C (Castagnoli), RFC 3720 appendix B.4: reflected polynomial 0x82F63B78. Table-driven, sixteen bytes a step. */
const POLYNOMIAL = 0x82f63b78
const SLICES = 16

const TABLE = buildTable()

function buildTable(): Int32Array {
  const table = new Int32Array(SLICES * 256)
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1
    table[byte] = crc
  }
  for (let at = 256; at < table.length; at++) {
    const previous = table[at - 256]!
    table[at] = (previous >>> 8) ^ table[previous & 255]!
  }
  return table
}

/** The register before the first byte; the checksum is the final register's complement. */
export const CRC32C_START = -1

/** Feeds `bytes[start, end)` into the register. */
export function extendCrc32c(
  register: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  // A local name spares a look-up of the module's binding per byte.
  const t = TABLE
  const b = bytes
  let c = register
  let i = start
  for (const last = end - 15; i < last; i += 16) {
    c ^= b[i]! | (b[i + 1]! << 8) | (b[i + 2]! << 16) | (b[i + 3]! << 24)
    c =
      t[3840 + (c & 255)]! ^
      t[3584 + ((c >>> 8) & 255)]! ^
      t[3328 + ((c >>> 16) & 255)]! ^
      t[3072 + (c >>> 24)]! ^
      t[2816 + b[i + 4]!]! ^
      t[2560 + b[i + 5]!]! ^
      t[2304 + b[i + 6]!]! ^
      t[2048 + b[i + 7]!]! ^
      t[1792 + b[i + 8]!]! ^
      t[1536 + b[i + 9]!]! ^
      t[1280 + b[i + 10]!]! ^
      t[1024 + b[i + 11]!]! ^
      t[768 + b[i + 12]!]! ^
      t[512 + b[i + 13]!]! ^
      t[256 + b[i + 14]!]! ^
      t[b[i + 15]!]!
  }
  for (; i < end; i++) c = (c >>> 8) ^ t[(c ^ b[i]!) & 255]!
  return c
}

/** Feeds one 32-bit word, least significant byte first, into the register. */
export function extendCrc32cWord(register: number, word: number): number {
  const c = register ^ word
  return (
    TABLE[768 + (c & 255)]! ^
    TABLE[512 + ((c >>> 8) & 255)]! ^
    TABLE[256 + ((c >>> 16) & 255)]! ^
    TABLE[c >>> 24]!
  )
}

/** The checksum of `bytes[start, end)` as an unsigned 32-bit number. */
export function crc32c(bytes: Uint8Array, start = 0, end = bytes.length): number {
  return ~extendCrc32c(CRC32C_START, bytes, start, end) >>> 0
}
