import { join } from 'node:path'
import type { FileLayer } from '@wardround/journal'
import type { BatchId, SequenceRanges, SeriesTable } from '@wardround/protocol'
import type { Clocks } from './clocks.ts'
import { keyOf } from './batch-records.ts'
import { DiskQueue, type DiskQueueOwner, type ReadBatch } from './disk-queue.ts'
import { READ_AHEAD_BYTES } from './limits.ts'
import type { OutboxEntry, OutboxItem } from './live-batches.ts'

export interface BacklogOptions {
  /** Parent of `samples/` and `texts/`. */
  readonly directory: string
  /** Name of this run of the process. */
  readonly epoch: string
  /** readBootId() of this boot. */
  readonly bootId: string
  readonly table: SeriesTable
  readonly clocks: Clocks
  /** Bound of both disk queues together; may be passed by a segment, a sixteenth of it. */
  readonly maxBytes: number
  readonly maxAgeMs: number
  /** Never use the last of the file system: the larger of the two. */
  readonly reserve: { readonly fraction: number; readonly bytes: number }
  readonly files?: FileLayer
}

type QueueKind = 'samples' | 'texts'

/** Of the bound, one segment has this part. */
const SEGMENTS = 16
const MAX_SEGMENT_BYTES = 4 * 1_048_576
const MIN_SEGMENT_BYTES = 65_536

/**
 * What the outbox has on disk: a queue of samples and one of texts under one bound, and of both what was read ahead to be sent.
 * Texts take room from the samples, never the reverse: they are dropped last.
 */
export class Backlog implements AsyncDisposable {
  readonly #queues: Readonly<Record<QueueKind, DiskQueue>>
  /** Read back and not settled. */
  readonly #entries = new Map<string, OutboxEntry>()
  /** Of these, what waits to be sent. */
  #ready: OutboxEntry[] = []
  #readyBytes = 0
  #isStarted = false
  #isReading = false
  /** Something happened while it read: it looks again. */
  #readsAgain = false
  /** Called when there is something to take. */
  onReady: () => void = () => undefined
  /** Told what reading failed with. */
  onFailure: (error: unknown) => void = () => undefined

  private constructor(queues: Readonly<Record<QueueKind, DiskQueue>>) {
    this.#queues = queues
  }

  /** Counts what earlier processes left. Never fails for what is on the disk, nor for a disk that takes nothing. */
  static async open(options: BacklogOptions, owner: DiskQueueOwner): Promise<Backlog> {
    const { directory, maxBytes, maxAgeMs, reserve, files, ...shared } = options
    const segmentBytes = Math.min(MAX_SEGMENT_BYTES, Math.floor(maxBytes / SEGMENTS))
    const open = (kind: QueueKind, bound: () => number) =>
      DiskQueue.open({
        ...shared,
        directory: join(directory, kind),
        owner,
        journal: {
          segmentBytes: Math.max(MIN_SEGMENT_BYTES, segmentBytes),
          maxBytes: bound,
          maxAgeMs,
          reserve,
          ...(files === undefined ? {} : { files }),
        },
      })
    const texts = await open('texts', () => maxBytes)
    const samples = await open('samples', () => Math.max(0, maxBytes - texts.bytes))
    return new Backlog({ texts, samples })
  }

  /** What it takes of the disk. */
  get bytes(): number {
    return this.#queues.samples.bytes + this.#queues.texts.bytes
  }

  /** Unsettled batches that are on disk or were read from it. */
  get batches(): number {
    let batches = this.#queues.samples.batches + this.#queues.texts.batches
    for (const entry of this.#entries.values()) if (entry.disk === 'dropped') batches++
    return batches
  }

  /** What keeps the disk from taking batches now, if anything. */
  get failure(): { readonly code: string; readonly message: string } | undefined {
    return this.#queues.samples.failure ?? this.#queues.texts.failure
  }

  get corruptRecords(): number {
    return this.#queues.samples.corruptRecords + this.#queues.texts.corruptRecords
  }

  /** Epochs of all records on disk. */
  get epochs(): Set<string> {
    return new Set([...this.#queues.texts.epochs, ...this.#queues.samples.epochs])
  }

  get(id: BatchId): OutboxEntry | undefined {
    return this.#entries.get(keyOf(id))
  }

  /** As DiskQueue.append. @throws JournalError, ProtocolError */
  append({ id, batch, samples, newestSinceBootMs, kind }: OutboxItem): Promise<number | undefined> {
    return this.#queueOf(kind).append(id, batch, samples, newestSinceBootMs)
  }

  /** A batch that lies in a segment is done with. */
  settle({ id, kind, samples }: OutboxItem, segment: number): void {
    this.#queueOf(kind).settle(id, segment, samples)
  }

  /** A batch that was taken need not be remembered any more. */
  forget({ id }: OutboxItem): void {
    this.#entries.delete(keyOf(id))
  }

  /** Whether a batch on disk will be read before the next stop(). */
  willRead({ id, kind }: OutboxItem): boolean {
    return this.#queueOf(kind).willRead(id)
  }

  /** What the collector holds of an epoch is not sent again. */
  hold(epoch: string, sequences: SequenceRanges): void {
    for (const queue of Object.values(this.#queues)) queue.hold(epoch, sequences)
  }

  /** Begins to read, with the oldest batch. */
  start(): void {
    this.#isStarted = true
    this.readAhead()
  }

  /** Ends reading and forgets what was read, to begin anew; gives the batches whose record is gone meanwhile. */
  stop(): OutboxEntry[] {
    this.#isStarted = false
    for (const queue of Object.values(this.#queues)) queue.rewind()
    const detached = [...this.#entries.values()].filter(({ disk }) => disk === 'dropped')
    this.#entries.clear()
    this.#ready = []
    this.#readyBytes = 0
    return detached
  }

  /** The oldest batch that was read and not taken. */
  peek(): OutboxEntry | undefined {
    return this.#ready[0]
  }

  /** Takes that batch, and reads on. */
  take(): OutboxEntry | undefined {
    const entry = this.#ready.shift()
    if (entry === undefined) return undefined
    this.#readyBytes -= entry.bytes
    this.readAhead()
    return entry
  }

  /** Reads on until enough is ready. */
  readAhead(): void {
    this.#readsAgain = this.#isReading
    if (!this.#isReading) void this.#read()
  }

  async flush(): Promise<void> {
    await Promise.all(Object.values(this.#queues).map((queue) => queue.flush()))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop()
    for (const queue of Object.values(this.#queues)) await queue[Symbol.asyncDispose]()
  }

  #queueOf(kind: OutboxItem['kind']): DiskQueue {
    return kind === 'texts' ? this.#queues.texts : this.#queues.samples
  }

  async #read(): Promise<void> {
    this.#isReading = true
    try {
      for (const kind of ['texts', 'samples'] as const)
        if (this.#wantsMore(kind)) await this.#readQueue(kind)
    } catch (error) {
      this.onFailure(error)
    } finally {
      this.#isReading = false
    }
    if (this.#readsAgain) this.readAhead()
  }

  async #readQueue(kind: QueueKind): Promise<void> {
    for await (const read of this.#queues[kind].read()) {
      if (!this.#isStarted) return
      this.#makeReady(kind, read)
      if (!this.#wantsMore(kind)) return
    }
  }

  #wantsMore(kind: QueueKind): boolean {
    return this.#isStarted && this.#readyBytes < READ_AHEAD_BYTES && this.#queues[kind].hasUnread
  }

  #makeReady(kind: QueueKind, { segment, ...read }: ReadBatch): void {
    const entry: OutboxEntry = { ...read, kind, state: 'waiting', disk: { segment }, spillAtMs: 0 }
    this.#entries.set(keyOf(read.id), entry)
    this.#ready.push(entry)
    this.#readyBytes += read.bytes
    this.onReady()
  }
}
