import {
  comparePositions,
  JournalError,
  openJournal,
  type DroppedSegment,
  type Journal,
  type JournalOptions,
  type Position,
} from '@wardround/journal'
import {
  SequenceRanges,
  type Batch,
  type BatchId,
  type SequenceRange,
  type StoredBatch,
} from '@wardround/protocol'
import { SAMPLE_BYTES } from './batch.ts'
import {
  BatchRecords,
  keyOf,
  samplesOf,
  textBytesOf,
  type BatchRecordsOptions,
} from './batch-records.ts'
import { QueuedSegments } from './queued-segments.ts'

/** A batch read back from disk. */
export interface ReadBatch {
  readonly id: BatchId
  readonly batch: Batch
  readonly samples: number
  /** Bytes that it takes in memory, roughly. */
  readonly bytes: number
  /** Time since boot of its newest block, before the boot where it is negative. */
  readonly newestSinceBootMs: number
  readonly segment: number
}

/** What the queue's owner is asked and told. Counts are in samples and concern batches that nobody has settled. */
export interface DiskQueueOwner {
  /** Whether a batch is held in memory as well: it need not be read. */
  holdsInMemory(id: BatchId): boolean
  /** The record of a batch in memory is gone: from now on it is in memory alone. */
  onDetached(id: BatchId): void
  /** A batch that the collector turned out to hold. */
  onHeld(samples: number): void
  /** Batches that will never be read. */
  onLost(reason: 'outbox_full' | 'outbox_too_old' | 'damaged', samples: number): void
  /** A batch of an earlier process was found. */
  onRecovered(samples: number): void
}

export interface DiskQueueOptions extends BatchRecordsOptions {
  readonly directory: string
  /** Epoch of this process: whatever has another one was left by an earlier process. */
  readonly epoch: string
  readonly owner: DiskQueueOwner
  readonly journal: Pick<
    JournalOptions,
    'segmentBytes' | 'maxBytes' | 'maxAgeMs' | 'reserve' | 'files'
  >
}

/**
 * The unacknowledged batches of one kind on disk, oldest first. A batch is appended once, read any number of times (again after each rewind) and
 * settled once; segments without unsettled batches are deleted. The counts are kept by segment, so that they stay exact through damage and
 * dropped segments.
 */
export class DiskQueue implements AsyncDisposable {
  readonly #journal: Journal
  readonly #with: DiskQueueOptions
  readonly #records: BatchRecords
  readonly #queued = new QueuedSegments()
  /** Settled sequences of records that are still on disk, by epoch. */
  readonly #settled = new Map<string, SequenceRanges>()
  /** What the collector says that it holds, not yet met on disk. */
  readonly #held = new Map<string, SequenceRanges>()
  /** Met by the reader and not yet settled, by epoch and sequence. */
  readonly #taken = new Map<string, { readonly segment: number; readonly samples: number }>()
  /** Appends that nobody has counted yet, by epoch and sequence: the segment that the record goes to. */
  readonly #appending = new Map<string, { segment: number; isDropped: boolean }>()
  #isRecovered = false
  #cursor: Position | 'oldest' = 'oldest'
  /** Rises with each rewind: a reading that began before it ends. */
  #generation = 0

  private constructor(options: DiskQueueOptions, journal: Journal) {
    this.#with = options
    this.#journal = journal
    this.#records = new BatchRecords(options)
  }

  /** Opens the queue and counts what earlier processes left. Never fails for what is on the disk. */
  static async open(options: DiskQueueOptions): Promise<DiskQueue> {
    const created: { queue?: DiskQueue } = {}
    const journal = await openJournal({
      ...options.journal,
      directory: options.directory,
      whenFull: 'drop-oldest',
      whenDrained: 'delete',
      nowMs: () => options.clocks.nowMs(),
      monotonicMs: () => options.clocks.monotonicMs(),
      onDrop(segment) {
        const { queue } = created
        if (queue !== undefined) queue.#onDrop(segment)
      },
    })
    created.queue = new DiskQueue(options, journal)
    await created.queue.#recover()
    return created.queue
  }

  /** What it takes of the disk. */
  get bytes(): number {
    return this.#journal.status().bytes
  }

  /** Unsettled batches. */
  get batches(): number {
    return this.#queued.batches
  }

  /** What stops writing now, if anything. */
  get failure(): { readonly code: string; readonly message: string } | undefined {
    return this.#journal.status().failure
  }

  /** Records that were found damaged. */
  get corruptRecords(): number {
    return this.#journal.status().corruptRecords
  }

  /** Epochs of all records that are on disk, settled ones too: after a crash they would be sent again. */
  get epochs(): Set<string> {
    return this.#queued.epochs
  }

  /** Whether read() would find something. */
  get hasUnread(): boolean {
    return this.#queued.batches > this.#taken.size
  }

  /**
   * Resolves with the batch's segment when it is on stable storage; with undefined when that segment had to go at once.
   * @throws JournalError; ProtocolError when the batch can't be written at all
   */
  async append(
    id: BatchId,
    batch: Batch,
    samples: number,
    newestSinceBootMs: number,
  ): Promise<number | undefined> {
    const appending = { segment: -1, isDropped: false }
    this.#appending.set(keyOf(id), appending)
    try {
      const { start } = await this.#journal.append((key) => {
        appending.segment = key.segment
        return this.#records.encode(key, id, batch, newestSinceBootMs)
      })
      if (appending.isDropped) return undefined
      this.#queued.add(start.segment, id.epoch, samples)
      return start.segment
    } finally {
      this.#appending.delete(keyOf(id))
    }
  }

  /** A batch on disk arrived or was given up: its record is never read again. */
  settle(id: BatchId, segment: number, samples: number): void {
    this.#taken.delete(keyOf(id))
    rangesOf(this.#settled, id.epoch).add(id.sequence)
    this.#queued.remove(segment, samples)
    this.#releaseSettled()
  }

  /** False for a batch that the reader has met already: it stays with whoever holds it in memory until the next rewind. */
  willRead(id: BatchId): boolean {
    return !this.#taken.has(keyOf(id))
  }

  /** What the collector's journal holds of an epoch: these batches are settled where they are met. */
  hold(epoch: string, ranges: Iterable<SequenceRange>): void {
    if (this.#queued.epochs.has(epoch)) rangesOf(this.#held, epoch).merge(ranges)
  }

  /** From now on read() starts with the oldest unsettled batch again; a reading that goes on ends. */
  rewind(): void {
    this.#generation++
    this.#taken.clear()
    this.#cursor = 'oldest'
    this.#records.leave()
  }

  /** The next unsettled batches that are not in memory, oldest first; ends at what was durable when it began. @throws JournalError */
  async *read(): AsyncGenerator<ReadBatch, void> {
    if (!this.#isRecovered) await this.#recover()
    const generation = this.#generation
    const { durable } = this.#journal.status()
    for await (const record of this.#journal.read(this.#cursor)) {
      const segment = record.start.segment
      await this.#records.enter(this.#journal, segment)
      if (generation !== this.#generation) return
      this.#passBefore(segment)
      this.#cursor = record.end
      const found = this.#meet(this.#records.decode(record.payload), segment)
      if (found !== undefined) yield found
      if (generation !== this.#generation) return
    }
    // All that is counted was durable then and has been passed, unless more came meanwhile.
    if (generation !== this.#generation) return
    if (comparePositions(durable, this.#journal.status().durable) !== 0) return
    this.#cursor = durable
    this.#passBefore(durable.segment + 1)
  }

  flush(): Promise<void> {
    return this.#journal.flush()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#journal[Symbol.asyncDispose]()
  }

  /** Counts what earlier processes left. */
  async #recover(): Promise<void> {
    const seen = new Map<string, SequenceRanges>()
    try {
      for await (const { start, payload } of this.#journal.read('oldest')) {
        await this.#records.enter(this.#journal, start.segment)
        const stored = this.#records.decode(payload)
        if (stored === undefined || stored.id.epoch === this.#with.epoch) continue
        // a batch whose first append failed half-way is on disk twice
        if (!rangesOf(seen, stored.id.epoch).add(stored.id.sequence)) continue
        const samples = samplesOf(stored.batch)
        this.#queued.add(start.segment, stored.id.epoch, samples)
        this.#with.owner.onRecovered(samples)
      }
      this.#isRecovered = true
    } catch (error) {
      if (!(error instanceof JournalError)) throw error
      // The directory can't be read now; the journal says so in its status. Tried again at the next reading.
    }
    this.rewind()
  }

  /** What is to be done with a record that was read: undefined for one that nobody has to send. */
  #meet(stored: StoredBatch | undefined, segment: number): ReadBatch | undefined {
    if (stored === undefined) return undefined
    const { id, batch } = stored
    const key = keyOf(id)
    if (this.#isSettled(id) || this.#taken.has(key)) return undefined
    // Its segment went while it was read.
    if (!this.#queued.has(segment) && !this.#appending.has(key)) return undefined
    const samples = samplesOf(batch)
    this.#taken.set(key, { segment, samples })
    if (this.#isHeld(id)) {
      this.#with.owner.onHeld(samples)
      this.settle(id, segment, samples)
      return undefined
    }
    if (this.#with.owner.holdsInMemory(id)) return undefined
    const bytes = samples * SAMPLE_BYTES + textBytesOf(batch)
    const newestSinceBootMs = this.#records.newestSinceBootMs(stored)
    return { id, batch, samples, bytes, newestSinceBootMs, segment }
  }

  #isSettled({ epoch, sequence }: BatchId): boolean {
    return this.#settled.get(epoch)?.has(sequence) === true
  }

  #isHeld({ epoch, sequence }: BatchId): boolean {
    return this.#held.get(epoch)?.has(sequence) === true
  }

  /** The reader has passed the segments before this one: what it did not meet there, damage has taken. */
  #passBefore(segment: number): void {
    for (const lost of this.#queued.takeUnmet(segment, this.#taken.values()))
      this.#with.owner.onLost('damaged', lost)
  }

  /** A segment goes for its age or the bound: what of it lives on elsewhere is told apart from what is lost. */
  #onDrop(dropped: DroppedSegment): void {
    const { segment, reason } = dropped
    const { owner } = this.#with
    for (const { id, batch } of this.#records.decodeAll(dropped.records())) {
      if (this.#isSettled(id) || this.#appending.has(keyOf(id))) continue
      const samples = samplesOf(batch)
      if (this.#isHeld(id)) owner.onHeld(samples)
      else if (owner.holdsInMemory(id)) owner.onDetached(id)
      else continue
      this.#queued.remove(segment, samples)
    }
    for (const appending of this.#appending.values())
      if (appending.segment === segment) appending.isDropped = true
    for (const [key, taken] of this.#taken) if (taken.segment === segment) this.#taken.delete(key)
    const lost = this.#queued.takeSegment(segment)
    owner.onLost(reason === 'age' ? 'outbox_too_old' : 'outbox_full', lost)
  }

  /** Lets the journal delete the segments before the first one in which something waits. */
  #releaseSettled(): void {
    const { oldest, durable } = this.#journal.status()
    const waiting = this.#queued.oldest
    if (waiting === undefined && this.#appending.size > 0) return
    if (waiting !== undefined && waiting <= oldest.segment) return
    const unread = this.#queued.forgetBefore(waiting ?? durable.segment + 1)
    if (unread > 0) this.#with.owner.onLost('damaged', unread)
    const { epochs } = this.#queued
    for (const map of [this.#settled, this.#held])
      for (const epoch of map.keys()) if (!epochs.has(epoch)) map.delete(epoch)
    const before = waiting === undefined ? durable : { segment: waiting, offset: 0 }
    // What can't be deleted now is tried again at the next release.
    this.#journal.release(before).catch(() => undefined)
  }
}

function rangesOf(map: Map<string, SequenceRanges>, epoch: string): SequenceRanges {
  let ranges = map.get(epoch)
  if (ranges === undefined) map.set(epoch, (ranges = new SequenceRanges()))
  return ranges
}
