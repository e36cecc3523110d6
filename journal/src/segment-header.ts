import { CRC32C_START, extendCrc32c } from './crc32c.ts'

/**
 * The first 64 bytes of a segment file, little-endian: magic (8 bytes), format version u32, CRC32C u32 of the other 60 bytes, segment number u64,
 * number of the first record u32, 4 zero bytes, wall clock f64 and journal clock f64 (epoch milliseconds) when it was started, 16 zero bytes.
 * Size, magic, version and checksum have their places in every version, so that a program can tell a newer format from a damaged one.
 */
export const SEGMENT_HEADER_BYTES = 64
export const FORMAT_VERSION = 1

const MAGIC = [0x77, 0x72, 0x6a, 0x72, 0x6e, 0x6c, 0x0d, 0x0a] // "wrjrnl\r\n"
const VERSION_AT = 8
const CHECKSUM_AT = 12
const SEGMENT_AT = 16
const FIRST_NUMBER_AT = 24
const CREATED_AT = 32
const JOURNAL_TIME_AT = 40

export interface SegmentHeader {
  readonly segment: number
  /** Number of the segment's first record, modulo 2^32. */
  readonly firstNumber: number
  /** Wall clock when the segment was started, epoch ms: for people. */
  readonly createdAtMs: number
  /** The journal's own clock then (journal-clock.ts): for ages. */
  readonly journalTimeMs: number
}

export type ParsedSegmentHeader =
  | { readonly kind: 'known'; readonly header: SegmentHeader }
  | { readonly kind: 'foreign'; readonly version: number }
  | { readonly kind: 'damaged' }

function checksum(bytes: Uint8Array): number {
  const before = extendCrc32c(CRC32C_START, bytes, 0, CHECKSUM_AT)
  return ~extendCrc32c(before, bytes, CHECKSUM_AT + 4, SEGMENT_HEADER_BYTES) >>> 0
}

export function formatSegmentHeader(header: SegmentHeader, version = FORMAT_VERSION): Uint8Array {
  const bytes = new Uint8Array(SEGMENT_HEADER_BYTES)
  const view = new DataView(bytes.buffer)
  bytes.set(MAGIC)
  view.setUint32(VERSION_AT, version, true)
  view.setBigUint64(SEGMENT_AT, BigInt(header.segment), true)
  view.setUint32(FIRST_NUMBER_AT, header.firstNumber, true)
  view.setFloat64(CREATED_AT, header.createdAtMs, true)
  view.setFloat64(JOURNAL_TIME_AT, header.journalTimeMs, true)
  view.setUint32(CHECKSUM_AT, checksum(bytes), true)
  return bytes
}

/** `bytes` holds what is there of the first 64 bytes of the file. */
export function parseSegmentHeader(bytes: Uint8Array): ParsedSegmentHeader {
  if (bytes.length < SEGMENT_HEADER_BYTES) return { kind: 'damaged' }
  const view = new DataView(bytes.buffer, bytes.byteOffset, SEGMENT_HEADER_BYTES)
  if (MAGIC.some((byte, at) => bytes[at] !== byte)) return { kind: 'damaged' }
  if (view.getUint32(CHECKSUM_AT, true) !== checksum(bytes)) return { kind: 'damaged' }
  const version = view.getUint32(VERSION_AT, true)
  if (version !== FORMAT_VERSION) return { kind: 'foreign', version }
  return {
    kind: 'known',
    header: {
      segment: Number(view.getBigUint64(SEGMENT_AT, true)),
      firstNumber: view.getUint32(FIRST_NUMBER_AT, true),
      createdAtMs: view.getFloat64(CREATED_AT, true),
      journalTimeMs: view.getFloat64(JOURNAL_TIME_AT, true),
    },
  }
}
