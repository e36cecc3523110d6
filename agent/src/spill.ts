import type { Logger } from '@wardround/program'
import { errorCodeOf } from '@wardround/program/error-code'
import { ProtocolError } from '@wardround/protocol'
import type { Backlog } from './backlog.ts'
import type { Clocks, Timers } from './clocks.ts'
import type { LiveBatches, OutboxEntry } from './live-batches.ts'

export interface SpillOptions {
  readonly live: LiveBatches
  readonly backlog: Backlog
  readonly clocks: Pick<Clocks, 'monotonicMs'>
  readonly timers: Timers
  readonly log: Logger
  /** A batch not acknowledged for so long goes to the disk. */
  readonly spillAfterMs: number
  /** A batch can't be written at all. */
  readonly onRefused: (entry: OutboxEntry, error: ProtocolError) => void
  /** The disk did not take a batch: it is in memory alone again. */
  readonly onReturned: () => void
}

/** The way of batches from memory to the disk, when their time has come. Snapshots never go: the next one is soon there. */
export class Spill {
  readonly #with: SpillOptions
  #cancel: (() => void) | undefined
  #failureCode: string | undefined

  constructor(options: SpillOptions) {
    this.#with = options
  }

  /** One timer for all that waits: due when the first of it is. */
  arm(): void {
    if (this.#cancel !== undefined) return
    let dueMs = Infinity
    for (const { spillAtMs } of this.#waiting()) dueMs = Math.min(dueMs, spillAtMs)
    if (dueMs === Infinity) return
    const { clocks, timers, spillAfterMs } = this.#with
    // What is overdue has been refused by the disk before: it is offered once in an interval.
    const waitMs = dueMs - clocks.monotonicMs()
    this.#cancel = timers.after(waitMs > 0 ? waitMs : spillAfterMs, () => {
      this.#cancel = undefined
      // Younger ones join those that are due: one write, one sync.
      void Promise.all(this.write(clocks.monotonicMs() + spillAfterMs / 2))
      this.arm()
    })
  }

  disarm(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  /** Sends to the disk all that is due until then. */
  write(dueUntilMs: number): Promise<void>[] {
    return this.#waiting()
      .filter(({ spillAtMs }) => spillAtMs <= dueUntilMs)
      .map((entry) => this.#write(entry))
  }

  /** Logs what the disk says when it changes, not at each attempt; undefined where it works. */
  noteFailure(error: unknown): void {
    const code = error === undefined ? undefined : (errorCodeOf(error) ?? 'UNEXPECTED')
    if (code === this.#failureCode) return
    this.#failureCode = code
    if (code === undefined) return this.#with.log.info('the outbox writes to disk again')
    const reason = error instanceof Error ? error.message : String(error)
    this.#with.log.error({ code, reason }, 'the outbox on disk fails; batches wait in memory')
  }

  #waiting(): OutboxEntry[] {
    return [...this.#with.live].filter(({ disk, kind }) => disk === 'none' && kind !== 'snapshot')
  }

  async #write(entry: OutboxEntry): Promise<void> {
    entry.disk = 'writing'
    try {
      const segment = await this.#with.backlog.append(entry)
      this.noteFailure(undefined)
      this.#onWritten(entry, segment)
    } catch (error) {
      if (entry.state === 'settled') return
      entry.disk = 'none'
      if (error instanceof ProtocolError) return this.#with.onRefused(entry, error)
      this.noteFailure(error)
      this.#with.onReturned()
      this.arm()
    }
  }

  #onWritten(entry: OutboxEntry, segment: number | undefined): void {
    const { live, backlog } = this.#with
    if (segment === undefined) {
      entry.disk = entry.state === 'sent' ? 'dropped' : 'none'
      return this.arm()
    }
    if (entry.state === 'settled') return backlog.settle(entry, segment)
    entry.disk = { segment }
    if (entry.state !== 'waiting' || !backlog.willRead(entry)) return
    live.remove(entry)
    backlog.readAhead()
  }
}
