import { join } from 'node:path'
import type { Logger } from '@wardround/program'
import { SequenceRanges, type BatchId, type SequenceRange } from '@wardround/protocol'
import { Backlog, type BacklogOptions } from './backlog.ts'
import type { ClosedBatch } from './batch.ts'
import type { Timers } from './clocks.ts'
import type { Ledger } from './ledger.ts'
import { MAX_MEMORY_BYTES } from './limits.ts'
import { LiveBatches, type OutboxEntry, type OutboxItem } from './live-batches.ts'
import { SetAside } from './set-aside.ts'
import { Spill } from './spill.ts'

export interface OutboxOptions extends BacklogOptions {
  readonly ledger: Ledger
  readonly timers: Timers
  readonly log: Logger
  /** A batch not acknowledged for so long goes to the disk. */
  readonly spillAfterMs: number
  /** Bound of what waits in memory while the disk takes nothing. Default MAX_MEMORY_BYTES. */
  readonly maxMemoryBytes?: number
}

/**
 * All that was collected and not yet acknowledged. Memory first: in normal operation nothing is written. What is not acknowledged in time goes to
 * the disk and is read back, oldest first, beside the live batches.
 *
 *   append ──> waiting ──takeLive──> sent ──settle──> gone
 *                 └────────┬──────────┘
 *                        spill ──> disk ──read ahead──> ready ──takeBacklog──> sent ──settle──> gone
 */
export class Outbox implements AsyncDisposable {
  readonly #with: OutboxOptions
  readonly #setAside: SetAside
  readonly #backlog: Backlog
  readonly #live: LiveBatches
  readonly #spill: Spill
  #sequence = 0
  #isSending = false
  /** Called when there may be something to send. */
  onAvailable: () => void = () => undefined

  private constructor(options: OutboxOptions, backlog: Backlog) {
    this.#with = options
    this.#backlog = backlog
    this.#live = new LiveBatches(options.maxMemoryBytes ?? MAX_MEMORY_BYTES)
    this.#spill = new Spill({
      ...options,
      live: this.#live,
      backlog,
      onRefused: (entry, { code, message }) => this.reject(entry, code, message),
      onReturned: () => this.#boundMemory(),
    })
    this.#setAside = new SetAside(join(options.directory, 'set-aside'), options.table)
    backlog.onReady = () => this.onAvailable()
    backlog.onFailure = (error) => this.#spill.noteFailure(error)
  }

  /** Counts what earlier processes left. Never fails for what is on the disk, nor for a disk that takes nothing. */
  static async open(options: OutboxOptions): Promise<Outbox> {
    const opened: { outbox?: Outbox } = {}
    const { ledger } = options
    const backlog = await Backlog.open(options, {
      holdsInMemory: (id) => {
        const { outbox } = opened
        return outbox !== undefined && outbox.#entryOf(id) !== undefined
      },
      onDetached: (id) => {
        const { outbox } = opened
        if (outbox !== undefined) outbox.#detach(id)
      },
      onHeld: (samples) => ledger.store(samples),
      onLost: (reason, samples) => ledger.drop(reason, samples),
      onRecovered: (samples) => ledger.recover(samples),
    })
    opened.outbox = new Outbox(options, backlog)
    return opened.outbox
  }

  get epoch(): string {
    return this.#with.epoch
  }

  /** Whether batches wait in memory that were collected by this process. */
  get hasLive(): boolean {
    for (const { kind } of this.#live) if (kind !== 'snapshot') return true
    return false
  }

  /** What it takes of the disk. */
  get bytes(): number {
    return this.#backlog.bytes
  }

  /** Batches in memory and on disk that are not settled. */
  get batches(): number {
    let batches = this.#backlog.batches
    for (const entry of this.#live) if (typeof entry.disk === 'string') batches++
    return batches
  }

  /** For how long the oldest batch that is in memory alone should have been acknowledged or on disk; 0: none should. */
  get overdueMs(): number {
    const nowMs = this.#with.clocks.monotonicMs()
    let longestMs = 0
    for (const { disk, kind, spillAtMs } of this.#live)
      if (kind !== 'snapshot' && (disk === 'none' || disk === 'writing'))
        longestMs = Math.max(longestMs, nowMs - spillAtMs)
    return longestMs
  }

  /** What keeps the disk from taking batches now, if anything. */
  get failure(): { readonly code: string; readonly message: string } | undefined {
    return this.#backlog.failure
  }

  /** Damaged records that were passed over. */
  get corruptRecords(): number {
    return this.#backlog.corruptRecords
  }

  /** All epochs of which something is in memory or on disk, this process's first. */
  get epochs(): string[] {
    const inMemory = [...this.#live].map(({ id }) => id.epoch)
    return [...new Set([this.epoch, ...inMemory, ...this.#backlog.epochs])]
  }

  /** Takes a batch in. Never fails: what can't be kept is counted. */
  append(closed: ClosedBatch): void {
    const { clocks, ledger, spillAfterMs } = this.#with
    ledger.collect(closed.samples)
    this.#live.add({
      ...closed,
      id: { epoch: this.epoch, sequence: ++this.#sequence },
      state: 'waiting',
      disk: 'none',
      spillAtMs: clocks.monotonicMs() + spillAfterMs,
    })
    this.#boundMemory()
    this.#spill.arm()
    this.#backlog.readAhead()
    this.onAvailable()
  }

  /** A connection is ready: `held` is what the collector has of our epochs. The backlog is read from its oldest batch on. */
  startSending(
    held: Iterable<{ readonly epoch: string; readonly ranges: Iterable<SequenceRange> }>,
  ): void {
    for (const { epoch, ranges } of held) {
      const sequences = new SequenceRanges(ranges)
      this.#backlog.hold(epoch, sequences)
      for (const entry of this.#live)
        if (entry.id.epoch === epoch && sequences.has(entry.id.sequence)) this.settle(entry)
    }
    this.#isSending = true
    this.#backlog.start()
  }

  /** The oldest live batch that waits. */
  peekLive(): OutboxItem | undefined {
    return this.#waiting()
  }

  /** The oldest live batch that waits, sent from now on. */
  takeLive(): OutboxItem | undefined {
    const entry = this.#waiting()
    if (entry !== undefined) entry.state = 'sent'
    return entry
  }

  /** The oldest batch read back from disk. */
  peekBacklog(): OutboxItem | undefined {
    return this.#backlog.peek()
  }

  /** The oldest batch read back from disk, sent from now on. */
  takeBacklog(): OutboxItem | undefined {
    const entry = this.#backlog.take()
    if (entry !== undefined) entry.state = 'sent'
    return entry
  }

  /** A batch arrived; `refused` of its samples are of series that the collector does not take. */
  settle({ id }: OutboxItem, refused = 0): void {
    const entry = this.#entryOf(id)
    if (entry === undefined) return
    this.#with.ledger.store(entry.samples - refused)
    this.#with.ledger.drop('series_refused', refused)
    this.#forget(entry)
  }

  /** A batch is refused for good: set aside, counted, never sent again. */
  reject({ id }: OutboxItem, code: string, reason: string): void {
    const entry = this.#entryOf(id)
    if (entry === undefined) return
    this.#with.ledger.drop(`rejected:${code.toLowerCase()}`, entry.samples)
    this.#forget(entry)
    const atMs = this.#with.clocks.nowMs()
    void this.#setAside.keep({ id, code, reason, atMs, batch: entry.batch })
  }

  /** The connection is gone: what was sent on it and not settled waits again. */
  stopSending(): void {
    if (!this.#isSending) return
    this.#isSending = false
    for (const entry of this.#backlog.stop()) this.#live.add(entry)
    this.#live.returnSent()
    // What is on disk is read from there again; the rest is in memory alone.
    for (const entry of this.#live) if (typeof entry.disk === 'object') this.#live.remove(entry)
    this.#boundMemory()
    this.#spill.arm()
  }

  /** Writes what is in memory to the disk; resolves when it is there, or can't be. */
  async flush(): Promise<void> {
    const written = this.#spill.write(Infinity)
    await this.#backlog.flush()
    await Promise.all(written)
  }

  /** Flushes and closes. What the disk does not take is lost with the process, and counted. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.stopSending()
    await this.flush()
    this.#spill.disarm()
    for (const entry of this.#live) {
      if (entry.disk !== 'none') continue
      this.#with.ledger.drop('stopped', entry.samples)
      this.#live.remove(entry)
    }
    await this.#backlog[Symbol.asyncDispose]()
  }

  #waiting(): OutboxEntry | undefined {
    for (const entry of this.#live) if (entry.state === 'waiting') return entry
    return undefined
  }

  #entryOf(id: BatchId): OutboxEntry | undefined {
    return this.#live.get(id) ?? this.#backlog.get(id)
  }

  #detach(id: BatchId): void {
    const entry = this.#entryOf(id)
    if (entry !== undefined) entry.disk = 'dropped'
  }

  /** Done with, wherever it is. */
  #forget(entry: OutboxEntry): void {
    entry.state = 'settled'
    this.#live.remove(entry)
    this.#backlog.forget(entry)
    if (typeof entry.disk === 'object') this.#backlog.settle(entry, entry.disk.segment)
    // A process that has nothing to wait for is not woken.
    if (!this.hasLive) this.#spill.disarm()
  }

  #boundMemory(): void {
    for (let excess = this.#live.findExcess(); excess; excess = this.#live.findExcess()) {
      this.#live.remove(excess)
      excess.state = 'settled'
      this.#with.ledger.drop('memory_full', excess.samples)
    }
  }
}
