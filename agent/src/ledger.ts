import { MAX_DROP_REASONS } from './limits.ts'

/** All counts of the ledger at one moment. collected + recovered = stored + queued + dropped, in samples. */
export interface LedgerEntry {
  /** Samples that runs of this process put into batches. */
  readonly collected: number
  /** Samples of earlier processes, found on disk at the start. */
  readonly recovered: number
  /** Samples that the collector acknowledged as stored. */
  readonly stored: number
  /** Samples that wait in memory or on disk, or are on their way. */
  readonly queued: number
  /** Samples that will never arrive, all reasons together. */
  readonly dropped: number
}

/**
 * Where every sample of this process is: each is queued once, and leaves the queue once. Exact at any moment, and across restarts as far as
 * the disk tells (a sample that never reached it, or lies in a damaged record, is not `recovered`).
 */
export class Ledger {
  #collected = 0
  #recovered = 0
  #stored = 0
  #queued = 0
  readonly #dropped = new Map<string, number>()

  /** A batch of so many samples begins to wait. */
  collect(samples: number): void {
    this.#collected += samples
    this.#queued += samples
  }

  /** A batch of an earlier process was found on disk. */
  recover(samples: number): void {
    this.#recovered += samples
    this.#queued += samples
  }

  /** Queued samples arrived. */
  store(samples: number): void {
    this.#queued -= samples
    this.#stored += samples
  }

  /** Queued samples are given up. */
  drop(reason: string, samples: number): void {
    if (samples === 0) return
    this.#queued -= samples
    const key =
      this.#dropped.has(reason) || this.#dropped.size < MAX_DROP_REASONS ? reason : 'other'
    this.#dropped.set(key, (this.#dropped.get(key) ?? 0) + samples)
  }

  /** Samples that were emitted and had no place to wait in. */
  refuse(reason: string, samples: number): void {
    this.collect(samples)
    this.drop(reason, samples)
  }

  get entry(): LedgerEntry {
    return {
      collected: this.#collected,
      recovered: this.#recovered,
      stored: this.#stored,
      queued: this.#queued,
      dropped: [...this.#dropped.values()].reduce((sum, samples) => sum + samples, 0),
    }
  }

  /** Samples given up, by reason. */
  get droppedByReason(): ReadonlyMap<string, number> {
    return this.#dropped
  }
}
