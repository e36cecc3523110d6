/** Texts that are watched for repeats at once. */
const MAX_WATCHED = 1_024

/** A text that came again while it was watched. */
export interface Repeats<T> {
  /** What came first. */
  readonly first: T
  /** How often it came after that. */
  readonly count: number
  readonly lastMs: number
}

interface Watched<T> {
  readonly first: T
  count: number
  lastMs: number
  readonly untilMs: number
}

/** Lets the first of equal texts through, and counts those that follow within a while. */
export class RepeatFilter<T> {
  readonly #withinMs: number
  readonly #watched = new Map<string, Watched<T>>()

  constructor(withinMs: number) {
    this.#withinMs = withinMs
  }

  /** Whether it is the first, and is to be kept. */
  isFirst(text: string, record: T, monotonicMs: number, timeMs: number): boolean {
    if (this.#withinMs === 0) return true
    const known = this.#watched.get(text)
    if (known !== undefined && monotonicMs < known.untilMs) {
      known.count++
      known.lastMs = timeMs
      return false
    }
    // one whose time is over is told by takeOver() first; a full watch lets everything through
    if (known === undefined && this.#watched.size < MAX_WATCHED) {
      const untilMs = monotonicMs + this.#withinMs
      this.#watched.set(text, { first: record, count: 0, lastMs: timeMs, untilMs })
    }
    return true
  }

  /** Those whose time is over, or all: how often each came again. */
  takeOver(monotonicMs: number): Repeats<T>[] {
    const over: Repeats<T>[] = []
    for (const [text, { first, count, lastMs, untilMs }] of this.#watched) {
      if (monotonicMs < untilMs) continue
      this.#watched.delete(text)
      if (count > 0) over.push({ first, count, lastMs })
    }
    return over
  }
}
