import { setImmediate as nextTurn } from 'node:timers/promises'

/** The longest that others wait for the thread. */
const SLICE_MS = 10

/** Lets others have the thread from time to time: an answer may be long. */
export class Pace {
  readonly #signal: AbortSignal | undefined
  #sinceMs = performance.now()

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal
  }

  /** @throws the signal's reason when the answer is given up */
  async rest(): Promise<void> {
    if (performance.now() - this.#sinceMs < SLICE_MS) return
    await nextTurn()
    this.#signal?.throwIfAborted()
    this.#sinceMs = performance.now()
  }
}
