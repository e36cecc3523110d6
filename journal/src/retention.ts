import { toJournalError } from './errors.ts'
import type { DamageLedger } from './damage-ledger.ts'
import type { FileLayer } from './file-layer.ts'
import type { DroppedSegment } from './journal-options.ts'
import type { Position } from './position.ts'
import type { SegmentCatalogue, SegmentEntry } from './segment-catalogue.ts'
import { readSegmentSync } from './segment-reading.ts'
import type { SegmentExtent } from './segment-reading.ts'
import type { SegmentRemoval } from './segment-removal.ts'

export interface RetentionOptions {
  readonly directory: string
  readonly maxBytes: number | (() => number)
  readonly maxAgeMs: number
  /** How long a segment gets records: its newest record is no younger than its start and no older than that much later. */
  readonly segmentSpanMs: number
  readonly whenFull: 'drop-oldest' | 'refuse'
  readonly onDrop: ((segment: DroppedSegment) => void) | undefined
  readonly timeMs: () => number
}

/** Decides which segments go: released ones, those over the maximum age, and the oldest when the journal is full. */
export class Retention {
  readonly #options: RetentionOptions
  readonly #files: FileLayer
  readonly #catalogue: SegmentCatalogue
  readonly #removal: SegmentRemoval
  readonly #ledger: DamageLedger
  readonly #extentOf: (entry: SegmentEntry) => SegmentExtent
  #droppedSegments = 0

  constructor(
    options: RetentionOptions,
    parts: {
      files: FileLayer
      catalogue: SegmentCatalogue
      removal: SegmentRemoval
      ledger: DamageLedger
      extentOf: (entry: SegmentEntry) => SegmentExtent
    },
  ) {
    this.#options = options
    this.#files = parts.files
    this.#catalogue = parts.catalogue
    this.#removal = parts.removal
    this.#ledger = parts.ledger
    this.#extentOf = parts.extentOf
  }

  get droppedSegments(): number {
    return this.#droppedSegments
  }

  /** What the journal takes of the disk. */
  get diskBytes(): number {
    return this.#catalogue.diskBytes + this.#removal.diskBytes
  }

  /** Whether nothing more may be accepted, `pendingBytes` being on their way to the disk. */
  isFull(pendingBytes: number): boolean {
    if (this.#options.whenFull !== 'refuse') return false
    return this.diskBytes + pendingBytes >= currentBytes(this.#options.maxBytes)
  }

  /** Deletes the segments that end before a position, none from `open` on. Resolves with whether there was something to delete. */
  async release(before: Position, open: number): Promise<boolean> {
    const released = this.#catalogue.takeBefore(before, open)
    for (const { segment } of released) this.#ledger.forget(segment)
    this.#removal.add(released)
    return await this.#remove()
  }

  /** Makes room for `bytes` more: drops what is too old, and the oldest while there is too much. Resolves with whether something was deleted. */
  async makeRoom(bytes: number, open: number): Promise<boolean> {
    const { whenFull } = this.#options
    const maxBytes = currentBytes(this.#options.maxBytes)
    for (let next = this.#droppable(open); next !== undefined; next = this.#droppable(open)) {
      const isTooMuch = whenFull === 'drop-oldest' && this.#catalogue.diskBytes + bytes > maxBytes
      if (!isTooMuch && !this.#isTooOld(next)) break
      this.#drop(next, isTooMuch ? 'bytes' : 'age')
    }
    return await this.#remove()
  }

  #droppable(open: number): SegmentEntry | undefined {
    const oldest = this.#catalogue.oldest
    return oldest === undefined || oldest.segment >= open ? undefined : oldest
  }

  #isTooOld({ journalTimeMs }: SegmentEntry): boolean {
    const { maxAgeMs, segmentSpanMs } = this.#options
    return this.#options.timeMs() - journalTimeMs - segmentSpanMs > maxAgeMs
  }

  #drop(entry: SegmentEntry, reason: DroppedSegment['reason']): void {
    const extent = this.#extentOf(entry)
    this.#options.onDrop?.({
      segment: entry.segment,
      reason,
      bytes: entry.bytes,
      records: () => readSegmentSync(this.#files, extent),
    })
    this.#catalogue.takeOldest()
    this.#ledger.forget(entry.segment)
    this.#droppedSegments++
    this.#removal.add([entry])
  }

  async #remove(): Promise<boolean> {
    if (this.#removal.isIdle) return false
    try {
      await this.#removal.run()
      return true
    } catch (error) {
      throw toJournalError(error, 'delete a segment of', this.#options.directory)
    }
  }
}

/** A bound as it is now. */
function currentBytes(maxBytes: number | (() => number)): number {
  return typeof maxBytes === 'number' ? maxBytes : maxBytes()
}
