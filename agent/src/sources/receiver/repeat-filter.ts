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
  /** Those whose time was over when the text came again. */
  #over: Repeats<T>[] = []

  constructor(withinMs: number) {
    this.#withinMs = withinMs
  }

  /** Whether it is the first, and is to be kept. */
  isFirst(text: string, record: T, monotonicMs: number, timeMs: number): boolean {
    if (this.#withinMs === 0) return true
    const known = this.#watched.get(text)
    if (known !== undefined && this.#goesOn(known, monotonicMs)) {
      known.count++
      known.lastMs = timeMs
      return false
    }
    if (known !== undefined) this.#end(text, known)
    // a full watch lets everything through
    if (this.#watched.size < MAX_WATCHED) {
      const untilMs = monotonicMs + this.#withinMs
      this.#watched.set(text, { first: record, count: 0, lastMs: timeMs, untilMs })
    }
    return true
  }

  /** Those whose time is over: how often each came again. */
  takeOver(monotonicMs: number): Repeats<T>[] {
    for (const [text, watched] of this.#watched)
      if (monotonicMs >= watched.untilMs) this.#end(text, watched)
    const over = this.#over
    this.#over = []
    return over
  }

  /** Where nobody has asked for long what is over, it counts on instead. */
  #goesOn({ untilMs, count }: Watched<T>, monotonicMs: number): boolean {
    return monotonicMs < untilMs || (count > 0 && this.#over.length >= MAX_WATCHED)
  }

  #end(text: string, { first, count, lastMs }: Watched<T>): void {
    this.#watched.delete(text)
    if (count > 0) this.#over.push({ first, count, lastMs })
  }
}
