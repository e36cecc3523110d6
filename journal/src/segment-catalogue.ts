import type { Position } from './position.ts'

/** One segment that can be read. `bytes` is the end of its readable part; the open segment's grows with each commit. */
export interface SegmentEntry {
  readonly segment: number
  /** Number of its first record, modulo 2^32. */
  readonly firstNumber: number
  /** The journal's own clock when it was started. */
  readonly journalTimeMs: number
  readonly bytes: number
}

/** What a file takes of the disk at least; bounds the number of files by the bound on bytes. */
const BLOCK_BYTES = 4096

export function diskBytes(bytes: number): number {
  return Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES
}

type Growing = { -readonly [K in keyof SegmentEntry]: SegmentEntry[K] }

/** The readable segments, ordered by number. */
export class SegmentCatalogue {
  #entries: Growing[] = []
  #diskBytes = 0

  get size(): number {
    return this.#entries.length
  }

  get oldest(): SegmentEntry | undefined {
    return this.#entries[0]
  }

  get newest(): SegmentEntry | undefined {
    return this.#entries.at(-1)
  }

  /** What all segments take of the disk. */
  get diskBytes(): number {
    return this.#diskBytes
  }

  [Symbol.iterator](): Iterator<SegmentEntry> {
    return this.#entries.values()
  }

  /** Segments are added in rising order. */
  add(entry: SegmentEntry): void {
    this.#entries.push({ ...entry })
    this.#diskBytes += diskBytes(entry.bytes)
  }

  find(segment: number): SegmentEntry | undefined {
    return this.#entries.find((entry) => entry.segment === segment)
  }

  /** The first segment with a higher number. */
  after(segment: number): SegmentEntry | undefined {
    return this.#entries.find((entry) => entry.segment > segment)
  }

  /** The segment's readable part now ends there. */
  grow(segment: number, bytes: number): void {
    const entry = this.#entries.findLast((candidate) => candidate.segment === segment)
    if (entry === undefined) return
    this.#diskBytes += diskBytes(bytes) - diskBytes(entry.bytes)
    entry.bytes = bytes
  }

  /** Removes and returns the oldest segment. */
  takeOldest(): SegmentEntry | undefined {
    return this.#take(1)[0]
  }

  /** Removes and returns the segments that end at or before a position, but none from `open` on. */
  takeBefore(position: Position, open: number): SegmentEntry[] {
    const stays = this.#entries.findIndex(
      ({ segment, bytes }) =>
        segment >= open ||
        segment > position.segment ||
        (segment === position.segment && bytes > position.offset),
    )
    return this.#take(stays === -1 ? this.#entries.length : stays)
  }

  #take(count: number): SegmentEntry[] {
    const taken = this.#entries.splice(0, count)
    for (const entry of taken) this.#diskBytes -= diskBytes(entry.bytes)
    return taken
  }
}
