import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { crc32c, CRC32C_START, extendCrc32c, extendCrc32cWord } from './crc32c.ts'

/** RFC 3720, appendix B.4. */
const RFC_3720 = [
  { note: '32 zero bytes', bytes: new Uint8Array(32), sum: 0x8a9136aa },
  { note: '32 bytes of ones', bytes: new Uint8Array(32).fill(255), sum: 0x62a8ab43 },
  { note: '0 to 31', bytes: Uint8Array.from({ length: 32 }, (_, i) => i), sum: 0x46dd794e },
  { note: '31 to 0', bytes: Uint8Array.from({ length: 32 }, (_, i) => 31 - i), sum: 0x113fdb5c },
  { note: 'nine digits', bytes: Buffer.from('123456789'), sum: 0xe3069283 },
  { note: 'nothing', bytes: new Uint8Array(0), sum: 0 },
]

function bitByBit(bytes: Uint8Array): number {
  let crc = ~0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0)
  }
  return ~crc >>> 0
}

describe('CRC-32C', () => {
  test.each(RFC_3720)('gives the published sum of $note', ({ bytes, sum }) => {
    expect(crc32c(bytes)).toBe(sum)
  })

  test('equals the bit by bit definition for any bytes, range and split', () => {
    const bytes = fc.uint8Array({ maxLength: 100 })
    fc.assert(
      fc.property(bytes, fc.nat(100), fc.nat(100), (input, from, split) => {
        const start = Math.min(from, input.length)
        const middle = Math.min(Math.max(start, split), input.length)
        const expected = bitByBit(input.subarray(start))
        expect(crc32c(input, start)).toBe(expected)
        const half = extendCrc32c(CRC32C_START, input, start, middle)
        expect(~extendCrc32c(half, input, middle, input.length) >>> 0).toBe(expected)
      }),
    )
  })

  test('takes a word as its four bytes, lowest first', () => {
    fc.assert(
      fc.property(fc.integer(), (word) => {
        const bytes = new Uint8Array(Int32Array.of(word).buffer)
        expect(extendCrc32cWord(CRC32C_START, word)).toBe(extendCrc32c(CRC32C_START, bytes, 0, 4))
      }),
    )
  })
})
