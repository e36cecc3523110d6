import type { PartFiles } from './part-files.ts'
import type { Retention } from './retention.ts'
import type { StoreFiles } from './store-files.ts'
import { MINUTE_MS } from './time-spans.ts'

/** One file of a kind at a time, so that a clock that is wrong for an hour deletes days, not all. */
const EVERY_MS = 10 * MINUTE_MS

/** Deletes files whose time is over: each holds data of its whole span, so it goes when the newest of them may. */
export class RetentionSweep {
  readonly #files: StoreFiles
  readonly #retention: Retention
  readonly #everyMs: number
  #sweptAtMs = -Infinity

  constructor(files: StoreFiles, retention: Retention, everyMs = EVERY_MS) {
    this.#files = files
    this.#retention = retention
    this.#everyMs = everyMs
  }

  /** Deletes at most one file of each kind. False if there was nothing to delete or it isn't time yet. */
  sweep(nowMs: number): boolean {
    // A clock that was set back must not keep the sweep from running.
    if (Math.abs(nowMs - this.#sweptAtMs) < this.#everyMs) return false
    this.#sweptAtMs = nowMs
    const { raw, fine, coarse } = this.#files
    const { rawMs, fiveMinutesMs, oneHourMs } = this.#retention
    const removed = [
      this.#removeOldest(raw, nowMs - rawMs),
      this.#removeOldest(fine, nowMs - fiveMinutesMs),
      this.#removeOldest(coarse, nowMs - oneHourMs),
    ]
    return removed.includes(true)
  }

  #removeOldest(files: PartFiles, beforeMs: number): boolean {
    const [startMs] = files.starts()
    if (startMs === undefined || files.kind.endOf(startMs) > beforeMs) return false
    if (files === this.#files.raw) this.#files.recent.markDeleted(files.kind.endOf(startMs))
    files.remove(startMs)
    return true
  }
}
