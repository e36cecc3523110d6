import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises'
import { dirname } from 'node:path'
import type { AppendQueue, Chunk, PendingAppend } from './append-queue.ts'
import { JournalError, toJournalError } from './errors.ts'
import type { ResolvedJournalOptions } from './journal-options.ts'
import type { Position } from './position.ts'
import type { Retention } from './retention.ts'
import type { SegmentCatalogue } from './segment-catalogue.ts'
import { SegmentWriter } from './segment-writer.ts'
import type { SpaceReserve } from './space-reserve.ts'

export interface GroupCommitParts {
  readonly queue: AppendQueue
  readonly catalogue: SegmentCatalogue
  readonly retention: Retention
  readonly reserve: SpaceReserve
  /** Where the records found at open end, and the number of the next one. */
  readonly durable: Position
  readonly nextNumber: number
}

/**
 * Writes what is appended: one write and one fdatasync for all that arrived while the one before was running. When a write or sync fails, its segment is
 * closed for good and the records are built again for a new one; when that fails as well, their promises reject and the next append tries afresh.
 */
export class GroupCommit {
  readonly #options: ResolvedJournalOptions
  readonly #parts: GroupCommitParts
  readonly #writer: SegmentWriter
  #durable: Position
  #durableNumber: number
  #running: Promise<void> | undefined
  #isDirectoryThere = false
  #pending = 0
  #bytesInFlight = 0
  #flushes = 0
  #failedWrites = 0
  #wake: AbortController | undefined
  #lastCommitAtMs = -Infinity
  #failure: JournalError | undefined

  constructor(options: ResolvedJournalOptions, parts: GroupCommitParts) {
    this.#options = options
    this.#parts = parts
    this.#writer = new SegmentWriter(options.files, options.directory)
    this.#durable = parts.durable
    this.#durableNumber = parts.nextNumber
  }

  /** End of what is on stable storage. */
  get durable(): Position {
    return this.#durable
  }

  /** What stops writing now, if anything. */
  get failure(): JournalError | undefined {
    return this.#failure
  }

  /** The first segment that may not be deleted: the one that may still grow, or the newest, whose number keeps those of later ones above all that consumers have stored. */
  get firstKept(): number {
    const isNewestKept = this.#options.whenDrained === 'keep'
    const newest = isNewestKept ? this.#parts.catalogue.newest?.segment : undefined
    return this.#writer.openSegment ?? newest ?? Infinity
  }

  /** Writes and syncs that failed so far, whether the records could be written again or not. */
  get failedWrites(): number {
    return this.#failedWrites
  }

  /** Records that were appended and are neither durable nor rejected yet. */
  get pending(): number {
    return this.#pending
  }

  /** Queues a record. @throws JournalError at once when it can't be accepted now. */
  add(append: PendingAppend): void {
    const { retention, reserve, queue } = this.#parts
    if (retention.isFull(queue.bytes + this.#bytesInFlight)) throw this.#full()
    const refusal = reserve.refusal
    if (refusal !== undefined) throw refusal
    queue.add(append)
    this.#pending++
    this.#running ??= this.#run()
  }

  /** Resolves when nothing waits any more. */
  async flush(): Promise<void> {
    this.#flushes++
    this.#wake?.abort()
    while (this.#running !== undefined) await this.#running
    this.#flushes--
  }

  /** Closes the open segment: it gets no further records. Only when nothing is pending. */
  async seal(): Promise<void> {
    this.#parts.queue.restart(this.#durableNumber)
    await this.#writer.seal()
  }

  async #run(): Promise<void> {
    // What arrives in the same turn of the event loop, from other sockets too, goes with the first commit.
    await nextTurn()
    while (!this.#parts.queue.isEmpty) {
      await this.#keepDistance()
      this.#lastCommitAtMs = this.#options.monotonicMs()
      this.#bytesInFlight = this.#parts.queue.bytes
      const chunks = this.#parts.queue.take()
      try {
        await this.#commit(chunks)
      } catch (error) {
        // A bug, not the disk: it costs these records, not those to come.
        this.#parts.queue.restart(this.#durableNumber)
        for (const append of undurableAppends(chunks)) this.#reject(append, error)
      }
    }
    this.#bytesInFlight = 0
    this.#running = undefined
  }

  async #keepDistance(): Promise<void> {
    const { syncEveryMs, monotonicMs } = this.#options
    const waitMs = this.#lastCommitAtMs + syncEveryMs - monotonicMs()
    if (!(waitMs > 0) || this.#flushes > 0) return
    this.#wake = new AbortController()
    try {
      await delay(Math.min(waitMs, syncEveryMs), undefined, { signal: this.#wake.signal })
    } catch {
      // flush() ended the wait.
    }
    this.#wake = undefined
  }

  async #commit(chunks: readonly Chunk[]): Promise<void> {
    try {
      await this.#prepare(chunks)
    } catch (error) {
      await this.#giveUp(chunks, error)
      return
    }
    try {
      await this.#write(chunks)
    } catch {
      // Tried once more from memory; if the disk is ill the second error tells it.
      await this.#writeAgain(chunks)
    }
  }

  async #prepare(chunks: readonly Chunk[]): Promise<void> {
    const { retention, reserve } = this.#parts
    const bytes = chunks.reduce((sum, { length }) => sum + length, 0)
    try {
      if (!this.#isDirectoryThere) await this.#makeDirectory()
    } catch (error) {
      throw toJournalError(error, 'make the directory', this.#options.directory)
    }
    if (await retention.makeRoom(bytes, this.firstKept)) reserve.invalidate()
    await reserve.claim(bytes)
  }

  async #write(chunks: readonly Chunk[]): Promise<void> {
    for (const chunk of chunks) {
      await this.#writer.write(chunk)
      this.#account(chunk)
    }
    this.#failure = undefined
    this.#parts.queue.recycle(chunks)
  }

  async #writeAgain(chunks: readonly Chunk[]): Promise<void> {
    this.#failedWrites++
    await this.#writer.abandon()
    const waiting = this.#parts.queue.take()
    this.#parts.queue.restart(this.#durableNumber)
    this.#addAll(undurableAppends(chunks))
    this.#addAll(undurableAppends(waiting))
    const again = this.#parts.queue.take()
    try {
      await this.#write(again)
    } catch (error) {
      this.#failedWrites++
      await this.#giveUp(again, toJournalError(error, 'write to', this.#options.directory))
    }
  }

  /** Rejects what these chunks hold; what was queued behind them is built again for the next commit. */
  async #giveUp(chunks: readonly Chunk[], error: unknown): Promise<void> {
    await this.#writer.abandon()
    // Perhaps somebody removed it.
    this.#isDirectoryThere = false
    this.#failure = toJournalError(error, 'write to', this.#options.directory)
    const waiting = this.#parts.queue.take()
    this.#parts.queue.restart(this.#durableNumber)
    for (const append of undurableAppends(chunks)) this.#reject(append, this.#failure)
    this.#addAll(undurableAppends(waiting))
  }

  #addAll(appends: readonly PendingAppend[]): void {
    for (const append of appends) {
      try {
        this.#parts.queue.add(append)
      } catch (error) {
        this.#reject(append, error)
      }
    }
  }

  #reject(append: PendingAppend, error: unknown): void {
    this.#pending--
    append.reject(error)
  }

  /** The chunk is on stable storage: its records are readable and their promises resolve. */
  #account({ segment, nextNumber, appends }: Chunk): void {
    const { catalogue } = this.#parts
    const { key, firstNumber, journalTimeMs, durableBytes } = segment
    if (catalogue.newest?.segment === key.segment) catalogue.grow(key.segment, durableBytes)
    else catalogue.add({ segment: key.segment, firstNumber, journalTimeMs, bytes: durableBytes })
    this.#durable = { segment: key.segment, offset: durableBytes }
    this.#durableNumber = nextNumber
    for (const { start, end, resolve } of appends) {
      resolve({
        start: { segment: key.segment, offset: start },
        end: { segment: key.segment, offset: end },
      })
    }
    this.#pending -= appends.length
    appends.length = 0
  }

  async #makeDirectory(): Promise<void> {
    const { files, directory } = this.#options
    const first = await files.makeDirectory(directory)
    if (first !== undefined) {
      for (let made = directory; made.length >= first.length; made = dirname(made))
        await files.syncDirectory(dirname(made))
    }
    this.#isDirectoryThere = true
  }

  #full(): JournalError {
    return new JournalError(
      'JOURNAL_FULL',
      `journal: ${this.#options.directory} has reached its maxBytes; its consumers must catch up, or maxBytes be raised`,
    )
  }
}

function undurableAppends(chunks: readonly Chunk[]): PendingAppend[] {
  return chunks.flatMap(({ appends }) => appends)
}
