import { crc32c, CRC32C_START, extendCrc32cWord } from './crc32c.ts'

/**
 * A record on disk: `length u32, record number u32, CRC32C of the payload u32, CRC32C of the header u32, payload`, little-endian.
 *
 * The header's checksum also covers the segment's number and the frame's offset in the file. So a header holds at its own place only:
 * blocks that a disk put elsewhere, stale blocks and frames inside payloads never pass for records, and after damage the next record is
 * found by looking at headers alone. The record number rises by one per record over all segments (modulo 2^32): what is missing after
 * damage is counted, not guessed.
 *
 * A void frame (highest bit of the length set) takes the place of bytes that were damaged and set aside; its third field is the number of
 * records that were lost there, its payload is whatever lay there.
 */
export const FRAME_HEADER_BYTES = 16

/** Lengths and offsets stay below this, so that the highest bit of a length is free. */
export const MAX_SEGMENT_BYTES = 2 ** 30

const VOID_BIT = 0x80000000

/** Where a frame belongs: what its header's checksum binds it to. */
export interface FramePlace {
  readonly segment: number
  readonly offset: number
  readonly number: number
}

function writeWord(target: Uint8Array, at: number, word: number): void {
  target[at] = word
  target[at + 1] = word >>> 8
  target[at + 2] = word >>> 16
  target[at + 3] = word >>> 24
}

function readWord(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
}

function headerChecksum(bytes: Uint8Array, at: number, segment: number, offset: number): number {
  let crc = extendCrc32cWord(CRC32C_START, segment | 0)
  crc = extendCrc32cWord(crc, offset)
  crc = extendCrc32cWord(crc, readWord(bytes, at))
  crc = extendCrc32cWord(crc, readWord(bytes, at + 4))
  return ~extendCrc32cWord(crc, readWord(bytes, at + 8))
}

function writeHeader(
  target: Uint8Array,
  at: number,
  place: FramePlace,
  length: number,
  third: number,
): void {
  writeWord(target, at, length)
  writeWord(target, at + 4, place.number)
  writeWord(target, at + 8, third)
  writeWord(target, at + 12, headerChecksum(target, at, place.segment, place.offset))
}

/** Writes header and payload at `target[at]`, which must have room for them. */
export function writeFrame(
  target: Uint8Array,
  at: number,
  place: FramePlace,
  payload: Uint8Array,
): void {
  target.set(payload, at + FRAME_HEADER_BYTES)
  writeHeader(target, at, place, payload.length, crc32c(payload))
}

/** The header that makes `bytes` of damaged file, from its place on, a void frame that stands for `lostRecords`. */
export function formatVoidHeader(
  place: FramePlace,
  bytes: number,
  lostRecords: number,
): Uint8Array {
  const header = new Uint8Array(FRAME_HEADER_BYTES)
  writeHeader(header, 0, place, (bytes - FRAME_HEADER_BYTES) | VOID_BIT, lostRecords)
  return header
}

/** Whether an intact header of this place lies at `bytes[at]`. */
export function isFrameHeader(
  bytes: Uint8Array,
  at: number,
  segment: number,
  offset: number,
): boolean {
  return readWord(bytes, at + 12) === headerChecksum(bytes, at, segment, offset)
}

/** Length of the whole frame by the header at `bytes[at]`. */
export function frameBytes(bytes: Uint8Array, at: number): number {
  return FRAME_HEADER_BYTES + (readWord(bytes, at) & ~VOID_BIT)
}

export function frameNumber(bytes: Uint8Array, at: number): number {
  return readWord(bytes, at + 4) >>> 0
}

/** For how many lost records the void frame at `bytes[at]` stands; undefined for a frame with a record. */
export function voidRecords(bytes: Uint8Array, at: number): number | undefined {
  return (readWord(bytes, at) & VOID_BIT) === 0 ? undefined : readWord(bytes, at + 8) >>> 0
}

/** Whether the payload matches the header at `bytes[at]`; both must lie in `bytes` entirely. */
export function isPayloadIntact(bytes: Uint8Array, at: number): boolean {
  const end = at + frameBytes(bytes, at)
  return crc32c(bytes, at + FRAME_HEADER_BYTES, end) === readWord(bytes, at + 8) >>> 0
}

/** How far record number `a` is behind `b` (positive: `a` is later), right over the wrap at 2^32. */
export function numberDistance(a: number, b: number): number {
  return (a - b) | 0
}
