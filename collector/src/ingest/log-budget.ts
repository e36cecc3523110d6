const MINUTE_MS = 60_000
/** Lines of one kind in a minute; the counters go on counting. */
const LINES_PER_MINUTE = 20

/** Keeps what thousands of agents do at once, or one does again and again, from flooding the log. */
export class LogBudget {
  readonly #nowMs: () => number
  readonly #used = new Map<string, { minute: number; lines: number }>()

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /** Whether another line of a kind may be written now; counts it. */
  allows(kind: string): boolean {
    const minute = Math.floor(this.#nowMs() / MINUTE_MS)
    const used = this.#used.get(kind)
    if (used === undefined || used.minute !== minute) {
      this.#used.set(kind, { minute, lines: 1 })
      return true
    }
    return ++used.lines <= LINES_PER_MINUTE
  }
}
