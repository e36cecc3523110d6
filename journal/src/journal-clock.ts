const DAY_MS = 86_400_000

/**
 * The clock that segments age by. It starts at the wall clock when the journal is first written and then goes by the monotonic clock alone, so
 * a wall clock that jumps neither ages nor rejuvenates anything. After a restart it goes on from the newest segment's start; of the time in between it
 * counts what the wall clock says, but no more than one segment's span (a sixteenth of the maximum age) or a day: a clock that is a year ahead costs no more than that.
 * So data may be kept longer than its age by the time that the program was not running, never shorter by more than that span.
 */
export class JournalClock {
  readonly #nowMs: () => number
  readonly #monotonicMs: () => number
  #baseMs: number
  #baseMonotonicMs: number

  constructor(nowMs: () => number, monotonicMs: () => number) {
    this.#nowMs = nowMs
    this.#monotonicMs = monotonicMs
    this.#baseMs = nowMs()
    this.#baseMonotonicMs = monotonicMs()
  }

  /** Goes on from the newest segment found at open. */
  resume(newest: { journalTimeMs: number; createdAtMs: number }, spanMs: number): void {
    const elapsed = Math.min(Math.max(0, this.#nowMs() - newest.createdAtMs), spanMs, DAY_MS)
    this.#baseMs = newest.journalTimeMs + elapsed
    this.#baseMonotonicMs = this.#monotonicMs()
  }

  timeMs(): number {
    return this.#baseMs + (this.#monotonicMs() - this.#baseMonotonicMs)
  }
}
