/** The first wait; each further one is twice as long. */
const FIRST_MS = 1_000
const MOST_MS = 60_000

/** How long to wait before the same lines are sent again. */
export class BackOff {
  #failures = 0
  readonly #random: () => number

  constructor(random: () => number = Math.random) {
    this.#random = random
  }

  succeeded(): void {
    this.#failures = 0
  }

  /** Between half and the whole of a doubling wait, so that several collectors don't come back as one; not less than the store asked for. */
  failedMs(askedMs = 0): number {
    const most = Math.min(MOST_MS, FIRST_MS * 2 ** this.#failures)
    this.#failures = Math.min(this.#failures + 1, 16)
    return Math.max(askedMs, most * (0.5 + 0.5 * this.#random()))
  }
}
