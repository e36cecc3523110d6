import { join } from 'node:path'
import { AppendQueue } from './append-queue.ts'
import type { BuildRecord } from './append-queue.ts'
import { DamageLedger } from './damage-ledger.ts'
import { JournalError, toJournalError } from './errors.ts'
import { GroupCommit } from './group-commit.ts'
import { JournalClock } from './journal-clock.ts'
import { resolveJournalOptions } from './journal-options.ts'
import type { JournalOptions, ResolvedJournalOptions } from './journal-options.ts'
import type { JournalRecord, RecordSpan } from './journal-record.ts'
import type { JournalStatus } from './journal-status.ts'
import { comparePositions, isPosition } from './position.ts'
import type { Position } from './position.ts'
import { Quarantine } from './quarantine.ts'
import { recoverSegments } from './recovery.ts'
import { Retention } from './retention.ts'
import { SegmentCatalogue } from './segment-catalogue.ts'
import type { SegmentEntry } from './segment-catalogue.ts'
import { formatSegmentFileName } from './segment-file-name.ts'
import { SEGMENT_HEADER_BYTES } from './segment-header.ts'
import { readSegments } from './segment-reading.ts'
import type { SegmentExtent } from './segment-reading.ts'
import { SegmentRemoval } from './segment-removal.ts'
import { SpaceReserve } from './space-reserve.ts'

/**
 * Opens a durable FIFO of opaque records in segment files; one process writes it, any may read it. Opening never fails because of what lies in the directory (recovery.ts
 * says what becomes of damage) and writes nothing unless something must be repaired; when the directory can't be read at all, the journal is open,
 * says so in its status, and tries again at every use.
 *
 * There is no checkpoint file: consumers keep their own positions, and the owner calls release().
 */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  return new Journal(resolveJournalOptions(options))
}

export type { Journal }

class Journal implements AsyncDisposable {
  readonly #options: ResolvedJournalOptions
  readonly #clock: JournalClock
  readonly #ledger = new DamageLedger()
  readonly #quarantine: Quarantine
  readonly #catalogue = new SegmentCatalogue()
  readonly #retention: Retention
  readonly #reserve: SpaceReserve
  #commit: GroupCommit | undefined
  #recoveryFailure: JournalError | undefined
  #isClosed = false

  constructor(options: ResolvedJournalOptions) {
    const { files, directory, reserve, nowMs, monotonicMs } = options
    this.#options = options
    this.#clock = new JournalClock(nowMs, monotonicMs)
    this.#quarantine = new Quarantine(files, directory)
    this.#reserve = new SpaceReserve(files, directory, reserve, monotonicMs)
    this.#retention = new Retention(options, {
      catalogue: this.#catalogue,
      removal: new SegmentRemoval(files, directory),
      ledger: this.#ledger,
      extentOf: (entry) => this.#extentOf(entry),
      timeMs: () => this.#clock.timeMs(),
    })
    try {
      this.#recovered()
    } catch (error) {
      if (!(error instanceof JournalError)) throw error
      // Kept as the status's failure; every use tries again.
    }
  }

  /**
   * Appends one record; resolves with its place once it is on stable storage.
   * `build` is called synchronously, once for each segment that the record is tried in: with a new key when the record doesn't fit into the open segment any more, and
   * again, later, when a write or sync failed and the record is rewritten from memory. It must write into the record what that segment's readers need (definitions).
   * When it throws, the promise rejects with what it threw, and the segment of that key gets no further record.
   * Records become durable in the order of their appends; a rejected record may still be read after a restart, as if its acknowledgement were lost.
   * @throws JournalError (code, retryable), by rejection
   */
  append(build: BuildRecord): Promise<RecordSpan> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) throw this.#closedError()
      this.#recovered().add({ build, resolve, reject, start: 0, end: 0 })
    })
  }

  /** The durable records from a position on, in order, up to what is durable now. Damaged records are passed over and counted. @throws JournalError while iterating */
  read(from: Position | 'oldest'): AsyncIterable<JournalRecord> {
    const first = from === 'oldest' ? { segment: 0, offset: 0 } : from
    return this.#readExtents(this.#extentsFrom(first), first)
  }

  /**
   * The durable records of one segment from its start; none when it is gone. What a decoder that starts in the middle of a segment reads first, for the
   * definitions; each call starts anew. @throws JournalError while iterating
   */
  readSegment(segment: number): AsyncIterable<JournalRecord> {
    return this.#readExtents(this.#extentsOf(segment), { segment, offset: 0 })
  }

  /**
   * What lies before this position is no longer needed: segments that end there or before are deleted, the open one excepted (`whenDrained`).
   * A position that the journal has not reached yet releases nothing. @throws JournalError when the files can't be deleted now; the next call tries again.
   */
  async release(before: Position): Promise<void> {
    const commit = this.#recovered()
    const distance = comparePositions(before, commit.durable)
    if (distance > 0 || !isPosition(before)) return
    if (distance === 0 && this.#options.whenDrained === 'delete' && commit.pending === 0)
      await commit.seal()
    if (await this.#retention.release(before, commit.firstKept)) this.#reserve.invalidate()
  }

  /** The position if it lies within the journal, else the nearest that does: for a stored cursor that is older than the journal, ahead of it, or no position at all (then the oldest). */
  clamp(position: Position): Position {
    const { oldest, durable } = this.status()
    if (!isPosition(position) || comparePositions(position, oldest) < 0) return oldest
    return comparePositions(position, durable) > 0 ? durable : position
  }

  /** Bytes of the journal behind a position, or all of them: what a consumer that came to it has still before it. */
  bytesFrom(from: Position | undefined): number {
    let bytes = 0
    for (const { segment, bytes: end } of this.#catalogue) {
      const isStart = segment === from?.segment
      if (from === undefined || segment >= from.segment)
        bytes += Math.max(0, end - (isStart ? from.offset : 0))
    }
    return bytes
  }

  /** The first segment's start from which at most so many bytes lie ahead: where a consumer goes on that may not hold more. */
  positionWithin(bytes: number): Position {
    let position = this.status().durable
    let ahead = 0
    for (const entry of [...this.#catalogue].toReversed()) {
      ahead += entry.bytes
      if (ahead > bytes) break
      position = { segment: entry.segment, offset: SEGMENT_HEADER_BYTES }
    }
    return position
  }

  status(): JournalStatus {
    const failure = this.#commit === undefined ? this.#recoveryFailure : this.#commit.failure
    const durable = this.#commit?.durable ?? { segment: 0, offset: 0 }
    const oldest = this.#catalogue.oldest?.segment
    return {
      bytes: this.#retention.diskBytes,
      segments: this.#catalogue.size,
      oldest: oldest === undefined ? durable : { segment: oldest, offset: SEGMENT_HEADER_BYTES },
      durable,
      pendingRecords: this.#commit?.pending ?? 0,
      corruptRecords: this.#ledger.records,
      corruptBytes: this.#ledger.bytes,
      quarantinedBytes: this.#quarantine.bytes,
      droppedSegments: this.#retention.droppedSegments,
      failedWrites: this.#commit?.failedWrites ?? 0,
      failure: failure && { code: failure.code, message: failure.message },
    }
  }

  /** Resolves when all that was appended is durable or has failed; does not wait for `syncEveryMs`. */
  async flush(): Promise<void> {
    await this.#commit?.flush()
  }

  /** Flushes and closes; appends are refused from now on. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    await this.flush()
    await this.#commit?.seal()
  }

  #readExtents(
    extents: Iterable<SegmentExtent>,
    from: Position,
  ): AsyncGenerator<JournalRecord, void> {
    const account = { ledger: this.#ledger, quarantine: this.#quarantine }
    return readSegments(this.#options.files, extents, from, account)
  }

  /** Looked up one by one as they are read: others come and go meanwhile. */
  *#extentsFrom(first: Position): Generator<SegmentExtent, void> {
    const { durable } = this.#recovered()
    for (
      let entry = this.#catalogue.after(first.segment - 1);
      entry !== undefined && entry.segment <= durable.segment;
      entry = this.#catalogue.after(entry.segment)
    )
      yield this.#durableExtentOf(entry, durable)
  }

  *#extentsOf(segment: number): Generator<SegmentExtent, void> {
    const { durable } = this.#recovered()
    const entry = this.#catalogue.find(segment)
    if (entry !== undefined) yield this.#durableExtentOf(entry, durable)
  }

  /** The last segment is read to the durable end as it was; what has been written since, there and in a next segment, is not missing from it. */
  #durableExtentOf(entry: SegmentEntry, durable: Position): SegmentExtent {
    const extent = this.#extentOf(entry)
    if (entry.segment !== durable.segment) return extent
    return { ...extent, end: durable.offset, stopNumber: undefined }
  }

  #extentOf(entry: SegmentEntry): SegmentExtent {
    return {
      segment: entry.segment,
      path: join(this.#options.directory, formatSegmentFileName(entry)),
      firstNumber: entry.firstNumber,
      end: entry.bytes,
      stopNumber: this.#catalogue.after(entry.segment)?.firstNumber,
    }
  }

  /** The writing half, made once the directory has been read. @throws JournalError when that fails. */
  #recovered(): GroupCommit {
    if (this.#commit !== undefined) return this.#commit
    try {
      this.#commit = this.#recover()
      return this.#commit
    } catch (error) {
      this.#recoveryFailure = toJournalError(error, 'open', this.#options.directory)
      throw this.#recoveryFailure
    }
  }

  #recover(): GroupCommit {
    const options = this.#options
    const { files, directory, afterSegment, segmentSpanMs } = options
    const account = { ledger: this.#ledger, quarantine: this.#quarantine }
    const found = recoverSegments({ files, directory, ...account })
    if (found.newest !== undefined) this.#clock.resume(found.newest, segmentSpanMs)
    for (const entry of found.segments) {
      const journalTimeMs = entry.journalTimeMs ?? this.#clock.timeMs()
      this.#catalogue.add({ ...entry, journalTimeMs })
    }
    const nextSegment = Math.max(found.nextSegment, afterSegment + 1)
    const { nextNumber } = found
    const newest = this.#catalogue.newest
    return new GroupCommit(options, {
      queue: new AppendQueue({
        ...options,
        nextSegment,
        nextNumber,
        journalTimeMs: () => this.#clock.timeMs(),
      }),
      catalogue: this.#catalogue,
      retention: this.#retention,
      reserve: this.#reserve,
      durable: {
        segment: newest?.segment ?? nextSegment,
        offset: newest?.bytes ?? 0,
      },
      nextNumber,
    })
  }

  #closedError(): JournalError {
    return new JournalError('JOURNAL_CLOSED', `journal: ${this.#options.directory} is closed`)
  }
}
