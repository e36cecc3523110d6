/**
 * The clock of rules and notices: begins as the wall clock and goes on by the monotonic one, so that nobody who sets the wall clock makes time jump. After a
 * restart it begins at the wall clock again; that is the only moment at which a wrong clock shows.
 */
export class MonotonicTime {
  readonly #monotonicMs: () => number
  readonly #offsetMs: number
  #replayedMs = 0

  constructor(nowMs: () => number, monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs
    this.#offsetMs = nowMs() - monotonicMs()
  }

  /** Whole milliseconds. */
  nowMs(): number {
    return Math.round(this.#offsetMs + this.#monotonicMs())
  }

  /** A wall-clock time of an earlier process on this clock: never in the future, never going back. */
  pastMs(wallMs: number): number {
    this.#replayedMs = Math.min(Math.max(wallMs, this.#replayedMs), this.nowMs())
    return this.#replayedMs
  }
}
