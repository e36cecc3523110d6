import { toJournalError } from './errors.ts'
import type { DamageLedger } from './damage-ledger.ts'
import type { DroppedSegment, ResolvedJournalOptions } from './journal-options.ts'
import type { Position } from './position.ts'
import type { SegmentCatalogue, SegmentEntry } from './segment-catalogue.ts'
import { readSegmentSync } from './segment-reading.ts'
import type { SegmentExtent } from './segment-reading.ts'
import type { SegmentRemoval } from './segment-removal.ts'

export interface RetentionParts {
  readonly catalogue: SegmentCatalogue
  readonly removal: SegmentRemoval
  readonly ledger: DamageLedger
  readonly extentOf: (entry: SegmentEntry) => SegmentExtent
  /** The journal's own clock. */
  readonly timeMs: () => number
}

/** Decides which segments go: released ones, those over the maximum age, and the oldest when the journal is full. */
export class Retention {
  readonly #options: ResolvedJournalOptions
  readonly #parts: RetentionParts
  #droppedSegments = 0

  constructor(options: ResolvedJournalOptions, parts: RetentionParts) {
    this.#options = options
    this.#parts = parts
  }

  get droppedSegments(): number {
    return this.#droppedSegments
  }

  /** What the journal takes of the disk. */
  get diskBytes(): number {
    return this.#parts.catalogue.diskBytes + this.#parts.removal.diskBytes
  }

  /** Whether nothing more may be accepted, `pendingBytes` being on their way to the disk. */
  isFull(pendingBytes: number): boolean {
    if (this.#options.whenFull !== 'refuse') return false
    return this.diskBytes + pendingBytes >= currentBytes(this.#options.maxBytes)
  }

  /** Deletes the segments that end before a position, none from `open` on. Resolves with whether there was something to delete. */
  async release(before: Position, open: number): Promise<boolean> {
    const released = this.#parts.catalogue.takeBefore(before, open)
    for (const { segment } of released) this.#parts.ledger.forget(segment)
    this.#parts.removal.add(released)
    return await this.#remove()
  }

  /** Makes room for `bytes` more: drops what is too old, and the oldest while there is too much. Resolves with whether something was deleted. */
  async makeRoom(bytes: number, open: number): Promise<boolean> {
    const { whenFull } = this.#options
    const maxBytes = currentBytes(this.#options.maxBytes)
    for (let next = this.#droppable(open); next !== undefined; next = this.#droppable(open)) {
      const isTooMuch =
        whenFull === 'drop-oldest' && this.#parts.catalogue.diskBytes + bytes > maxBytes
      if (!isTooMuch && !this.#isTooOld(next)) break
      this.#drop(next, isTooMuch ? 'bytes' : 'age')
    }
    return await this.#remove()
  }

  #droppable(open: number): SegmentEntry | undefined {
    const oldest = this.#parts.catalogue.oldest
    return oldest === undefined || oldest.segment >= open ? undefined : oldest
  }

  /** A segment's newest record is no older than its start and no younger than that and the span. */
  #isTooOld({ journalTimeMs }: SegmentEntry): boolean {
    const { maxAgeMs, segmentSpanMs } = this.#options
    return this.#parts.timeMs() - journalTimeMs - segmentSpanMs > maxAgeMs
  }

  #drop(entry: SegmentEntry, reason: DroppedSegment['reason']): void {
    const extent = this.#parts.extentOf(entry)
    this.#options.onDrop?.({
      segment: entry.segment,
      reason,
      bytes: entry.bytes,
      records: () => readSegmentSync(this.#options.files, extent),
    })
    this.#parts.catalogue.takeOldest()
    this.#parts.ledger.forget(entry.segment)
    this.#droppedSegments++
    this.#parts.removal.add([entry])
  }

  async #remove(): Promise<boolean> {
    if (this.#parts.removal.isIdle) return false
    try {
      await this.#parts.removal.run()
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
