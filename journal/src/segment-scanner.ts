import {
  frameBytes,
  frameNumber,
  FRAME_HEADER_BYTES,
  isFrameHeader,
  isPayloadIntact,
  numberDistance,
  voidRecords,
} from './frame.ts'

/** What a scan finds, in file order. Offsets are bytes into the file. */
export type ScanItem =
  | {
      readonly kind: 'record'
      readonly number: number
      readonly start: number
      readonly end: number
      readonly payload: Uint8Array
    }
  /** Unreadable bytes between records, and how many records were lost in them. */
  | {
      readonly kind: 'damage'
      readonly start: number
      readonly end: number
      readonly records: number
    }
  /** A repair took these bytes away: their records are lost, but there is nothing left to set aside. */
  | {
      readonly kind: 'void'
      readonly start: number
      readonly end: number
      readonly records: number
    }
  /** The end of the readable part: bytes up to the end of the file that hold no further record, and how many records are known to be lost there. */
  | {
      readonly kind: 'tail'
      readonly start: number
      readonly end: number
      readonly records: number
    }

/** A range of the file that the scanner must be given before it can go on. */
export interface WantedRange {
  readonly offset: number
  readonly bytes: number
}

export interface ScanBounds {
  readonly segment: number
  /** Where the first frame starts. */
  readonly from: number
  /** The file, as far as it may be looked at. */
  readonly end: number
  /** Number of the record at `from`. */
  readonly expected: number
  /** Number of the next segment's first record: records from there on are leftovers of a write that failed, and were written again there. */
  readonly stopNumber?: number | undefined
}

const WINDOW_BYTES = 256 * 1024
/** Where the highest byte of its number is in a frame's header. */
const HIGH_BYTE_AT = 7
/** A void frame within the damage may have stood for more records than its bytes could hold. */
const SKIP_ALLOWANCE = 65_536

/**
 * Walks the frames of one segment: pure, its driver reads what it `wanted`. Each byte is checksummed once at most, whatever the damage: an intact
 * header is trusted for the frame's length even where the payload is damaged, and a search for the next header looks at 16 bytes an offset.
 */
export class SegmentScanner {
  readonly #segment: number
  #stopNumber: number | undefined
  #end: number
  #position: number
  #expected: number
  #window: Uint8Array = new Uint8Array(0)
  #windowOffset = 0
  #damageStart = -1
  /** Number after the last intact header within the running damage. */
  #numberAfterDamage: number | undefined
  #headerDestroyed = false
  #finished = false
  wanted: WantedRange = { offset: 0, bytes: 0 }

  constructor(bounds: ScanBounds) {
    this.#segment = bounds.segment
    this.#position = bounds.from
    this.#end = bounds.end
    this.#expected = bounds.expected
    this.#stopNumber = bounds.stopNumber
  }

  /** Number of the record that would come next. */
  get expected(): number {
    return this.#expected
  }

  /** Gives the bytes of `wanted`; fewer mean that the file ends there. They must not be changed afterwards: payloads are views of them. */
  supply(bytes: Uint8Array): void {
    this.#window = bytes
    this.#windowOffset = this.wanted.offset
    if (bytes.length < this.wanted.bytes) this.#end = this.#windowOffset + bytes.length
  }

  /** Lets a scan that came to its end look further: the file has grown to `end`, and another segment may have been started after it. */
  extend(end: number, stopNumber: number | undefined): void {
    this.#end = end
    this.#stopNumber = stopNumber
    this.#finished = false
  }

  /** The next item; 'more' when `wanted` must be supplied first; undefined after the end. */
  next(): ScanItem | 'more' | undefined {
    while (!this.#finished) {
      if (this.#position + FRAME_HEADER_BYTES > this.#end) return this.#finish()
      if (!this.#holds(FRAME_HEADER_BYTES)) return this.#want(FRAME_HEADER_BYTES)
      const at = this.#position - this.#windowOffset
      if (!isFrameHeader(this.#window, at, this.#segment, this.#position)) {
        this.#startDamage()
        this.#headerDestroyed ||= !this.#isZeroHeader(at)
        this.#seekHeader()
        continue
      }
      const bytes = frameBytes(this.#window, at)
      if (this.#isStopped(at)) return this.#finish()
      if (this.#position + bytes > this.#end) {
        this.#numberAfterDamage = frameNumber(this.#window, at)
        this.#headerDestroyed = false
        return this.#finish()
      }
      if (!this.#holds(bytes)) return this.#want(bytes)
      const item = this.#takeFrame(at, bytes)
      if (item !== undefined) return item
    }
    return undefined
  }

  #takeFrame(at: number, bytes: number): ScanItem | undefined {
    const number = frameNumber(this.#window, at)
    const start = this.#position
    const voided = voidRecords(this.#window, at)
    if (voided === undefined && !isPayloadIntact(this.#window, at)) {
      this.#startDamage()
      this.#numberAfterDamage = number + 1
      this.#headerDestroyed = false
      this.#position += bytes
      return undefined
    }
    const damage = this.#endDamage(number)
    if (damage !== undefined) return damage
    this.#position += bytes
    this.#expected = (number + (voided ?? 1)) >>> 0
    if (voided !== undefined) return { kind: 'void', start, end: start + bytes, records: voided }
    const payload = this.#window.subarray(at + FRAME_HEADER_BYTES, at + bytes)
    return { kind: 'record', number, start, end: start + bytes, payload }
  }

  #startDamage(): void {
    if (this.#damageStart < 0) this.#damageStart = this.#position
  }

  /** Ends the running damage, if any, at the record with this number. */
  #endDamage(number: number): ScanItem | undefined {
    const start = this.#damageStart
    const records = Math.max(0, numberDistance(number, this.#expected))
    this.#damageStart = -1
    this.#numberAfterDamage = undefined
    this.#headerDestroyed = false
    this.#expected = number
    return start < 0 ? undefined : { kind: 'damage', start, end: this.#position, records }
  }

  #finish(): ScanItem | undefined {
    this.#finished = true
    const start = this.#damageStart < 0 ? this.#position : this.#damageStart
    const records = this.#lostAtEnd()
    if (start >= this.#end && records === 0) return undefined
    return { kind: 'tail', start, end: Math.max(start, this.#end), records }
  }

  /** By the next segment's first number where there is one. Else only what intact headers and destroyed ones tell: a torn write leaves neither. */
  #lostAtEnd(): number {
    if (this.#stopNumber !== undefined)
      return Math.max(0, numberDistance(this.#stopNumber, this.#expected))
    const byHeaders = numberDistance(this.#numberAfterDamage ?? this.#expected, this.#expected)
    return byHeaders + (this.#headerDestroyed ? 1 : 0)
  }

  #isStopped(at: number): boolean {
    if (this.#stopNumber === undefined) return false
    return numberDistance(frameNumber(this.#window, at), this.#stopNumber) >= 0
  }

  #isZeroHeader(at: number): boolean {
    for (let i = at; i < at + FRAME_HEADER_BYTES; i++) if (this.#window[i] !== 0) return false
    return true
  }

  /**
   * Moves on to the next offset in the window where a header of this very place lies, or to the window's end. A lost record took 16 bytes at least, so the number
   * can't be far from the expected: its highest byte is one of two, and mostly that is all that is looked at.
   */
  #seekHeader(): void {
    const window = this.#window
    const last = window.length - FRAME_HEADER_BYTES
    const windowEnd = this.#windowOffset + window.length
    const mostSkipped = SKIP_ALLOWANCE + (windowEnd - this.#damageStart) / FRAME_HEADER_BYTES
    const highByte = this.#expected >>> 24
    const highestByte = ((this.#expected + mostSkipped) >>> 24) & 255
    let at = this.#position - this.#windowOffset + 1
    for (; at <= last; at++) {
      const byte = window[at + HIGH_BYTE_AT]
      if (byte !== highByte && byte !== highestByte) continue
      const skipped = numberDistance(frameNumber(window, at), this.#expected)
      if (skipped < 0 || skipped > mostSkipped) continue
      if (isFrameHeader(window, at, this.#segment, this.#windowOffset + at)) break
      at = Math.max(at, skipZeros(window, at) - 1)
    }
    this.#position = this.#windowOffset + at
  }

  #holds(bytes: number): boolean {
    const at = this.#position - this.#windowOffset
    return at >= 0 && at + bytes <= this.#window.length
  }

  #want(bytes: number): 'more' {
    const wanted = Math.min(Math.max(bytes, WINDOW_BYTES), this.#end - this.#position)
    this.wanted = { offset: this.#position, bytes: wanted }
    return 'more'
  }
}

/** Where the search may go on from a zero at `at`: a header of zeros alone can't be, so long runs of them are passed over at once. */
function skipZeros(window: Uint8Array, at: number): number {
  let end = at
  while (end < window.length && window[end] === 0) end++
  return Math.max(at, end - FRAME_HEADER_BYTES + 1)
}
