import { JournalError } from './errors.ts'
import { FRAME_HEADER_BYTES, writeFrame } from './frame.ts'
import type { RecordSpan, SegmentKey } from './journal-record.ts'
import { formatSegmentHeader, SEGMENT_HEADER_BYTES } from './segment-header.ts'

export type BuildRecord = (segment: SegmentKey) => Uint8Array

/** One record on its way to the disk. */
export interface PendingAppend {
  readonly build: BuildRecord
  readonly resolve: (span: RecordSpan) => void
  readonly reject: (error: unknown) => void
  start: number
  end: number
}

/** A segment as the queue plans it; its file is made when its first bytes are written. */
export interface PlannedSegment {
  readonly key: SegmentKey
  /** Payload of its first record, if segments have one. */
  readonly head: Uint8Array | undefined
  readonly firstNumber: number
  readonly createdAtMs: number
  readonly journalTimeMs: number
  /** End of all that was queued for it. */
  bytes: number
  /** End of what is on stable storage. */
  durableBytes: number
}

/** Bytes that go to one segment with one write. */
export interface Chunk {
  readonly segment: PlannedSegment
  readonly offset: number
  bytes: Uint8Array
  length: number
  /** Number of the record after its last, modulo 2^32. */
  nextNumber: number
  readonly appends: PendingAppend[]
}

export interface AppendQueueOptions {
  readonly segmentBytes: number
  /** A segment that is older than this gets no more records. */
  readonly segmentSpanMs: number
  readonly nextSegment: number
  readonly nextNumber: number
  readonly segmentHead: BuildRecord | undefined
  readonly nowMs: () => number
  readonly journalTimeMs: () => number
}

const FIRST_BUFFER_BYTES = 64 * 1024
/** A larger buffer is let go after use. */
const KEPT_BUFFER_BYTES = 1024 * 1024

/** Records that wait for the next commit, already framed for the segment that they will go to. Pure but for its clocks. */
export class AppendQueue {
  readonly #options: AppendQueueOptions
  #segment: PlannedSegment | undefined
  #nextSegment: number
  #nextNumber: number
  #chunks: Chunk[] = []
  #bytes = 0
  readonly #buffers: Uint8Array[] = []

  constructor(options: AppendQueueOptions) {
    this.#options = options
    this.#nextSegment = options.nextSegment
    this.#nextNumber = options.nextNumber
  }

  get isEmpty(): boolean {
    return this.#chunks.length === 0
  }

  /** Bytes that wait to be written. */
  get bytes(): number {
    return this.#bytes
  }

  /** The number that the next new segment will get. */
  get nextSegment(): number {
    return this.#nextSegment
  }

  /**
   * Builds the record for the segment that it goes to and queues it.
   * @throws JournalError JOURNAL_TOO_LARGE, or what `build` throws. The segment then gets no further records: whatever its owner noted as written to it may not be.
   */
  add(append: PendingAppend): void {
    try {
      let segment = this.#currentSegment()
      let payload = append.build(segment.key)
      if (this.#endWith(segment, payload) > this.#options.segmentBytes && segment.bytes > 0) {
        segment = this.#startSegment()
        payload = append.build(segment.key)
      }
      if (this.#endWith(segment, payload) > this.#options.segmentBytes)
        throw tooLarge(payload.length, this.#options.segmentBytes)
      this.#put(segment, payload, append)
    } catch (error) {
      this.#segment = undefined
      throw error
    }
  }

  /** Hands over all that waits; what is added from now on waits for the next commit. */
  take(): Chunk[] {
    const chunks = this.#chunks
    this.#chunks = []
    this.#bytes = 0
    return chunks
  }

  /** After a commit: its buffers can be used again. */
  recycle(chunks: readonly Chunk[]): void {
    for (const { bytes } of chunks) {
      if (bytes.length <= KEPT_BUFFER_BYTES && this.#buffers.length < 2) this.#buffers.push(bytes)
    }
  }

  /** Gives up what was planned and not written: the next record starts a new segment with this number. */
  restart(nextNumber: number): void {
    this.#segment = undefined
    this.#nextNumber = nextNumber
  }

  #currentSegment(): PlannedSegment {
    const segment = this.#segment
    if (segment === undefined) return this.#startSegment()
    const ageMs = this.#options.journalTimeMs() - segment.journalTimeMs
    return ageMs > this.#options.segmentSpanMs ? this.#startSegment() : segment
  }

  #startSegment(): PlannedSegment {
    const key = { segment: this.#nextSegment++ }
    const segment: PlannedSegment = {
      key,
      head: this.#options.segmentHead?.(key),
      firstNumber: this.#nextNumber,
      createdAtMs: this.#options.nowMs(),
      journalTimeMs: this.#options.journalTimeMs(),
      bytes: 0,
      durableBytes: 0,
    }
    this.#segment = segment
    return segment
  }

  /** Where the record would end. */
  #endWith(segment: PlannedSegment, payload: Uint8Array): number {
    return (segment.bytes || emptySegmentBytes(segment)) + FRAME_HEADER_BYTES + payload.length
  }

  #put(segment: PlannedSegment, payload: Uint8Array, append: PendingAppend): void {
    const end = this.#endWith(segment, payload)
    const chunk = this.#chunkFor(segment, end - segment.bytes)
    this.#bytes += end - segment.bytes
    if (segment.bytes === 0) this.#putHead(chunk)
    append.start = segment.bytes
    this.#putFrame(chunk, payload)
    append.end = segment.bytes
    chunk.appends.push(append)
  }

  #putHead(chunk: Chunk): void {
    const { segment } = chunk
    chunk.bytes.set(formatSegmentHeader({ segment: segment.key.segment, ...segment }))
    chunk.length = segment.bytes = SEGMENT_HEADER_BYTES
    if (segment.head !== undefined) this.#putFrame(chunk, segment.head)
  }

  #putFrame(chunk: Chunk, payload: Uint8Array): void {
    const { segment } = chunk
    const place = { segment: segment.key.segment, offset: segment.bytes, number: this.#nextNumber }
    writeFrame(chunk.bytes, chunk.length, place, payload)
    const bytes = FRAME_HEADER_BYTES + payload.length
    chunk.length += bytes
    segment.bytes += bytes
    this.#nextNumber = (this.#nextNumber + 1) >>> 0
    chunk.nextNumber = this.#nextNumber
  }

  /** The chunk that the segment's next bytes go to, with room for `more`. */
  #chunkFor(segment: PlannedSegment, more: number): Chunk {
    let chunk = this.#chunks.at(-1)
    if (chunk === undefined || chunk.segment !== segment) {
      const bytes = this.#buffers.pop() ?? new Uint8Array(FIRST_BUFFER_BYTES)
      const { firstNumber: nextNumber, bytes: offset } = segment
      chunk = { segment, offset, bytes, length: 0, nextNumber, appends: [] }
      this.#chunks.push(chunk)
    }
    const needed = chunk.length + more
    if (needed > chunk.bytes.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * chunk.bytes.length))
      larger.set(chunk.bytes.subarray(0, chunk.length))
      chunk.bytes = larger
    }
    return chunk
  }
}

function emptySegmentBytes({ head }: PlannedSegment): number {
  return SEGMENT_HEADER_BYTES + (head === undefined ? 0 : FRAME_HEADER_BYTES + head.length)
}

function tooLarge(bytes: number, segmentBytes: number): JournalError {
  return new JournalError(
    'JOURNAL_TOO_LARGE',
    `journal: a record of ${bytes} bytes does not fit into a segment of ${segmentBytes}; split it or raise segmentBytes`,
  )
}
