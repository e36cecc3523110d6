import type { Position } from '@wardround/journal'

/** What a store took, and may still lose by its own death: oldest first. */
export class UnsettledBatches {
  readonly #settlesMs: number
  readonly #nowMs: () => number
  #batches: { readonly end: Position; readonly settledAtMs: number }[] = []

  /** `nowMs` is monotonic. */
  constructor(settlesMs: number, nowMs: () => number = () => performance.now()) {
    this.#settlesMs = settlesMs
    this.#nowMs = nowMs
  }

  get isEmpty(): boolean {
    return this.#batches.length === 0
  }

  /** Where the journal goes on behind the newest. */
  get end(): Position | undefined {
    return this.#batches.at(-1)?.end
  }

  /** When the next is settled, from now in ms; undefined where there is none. */
  get nextInMs(): number | undefined {
    const [first] = this.#batches
    return first && Math.max(0, first.settledAtMs - this.#nowMs())
  }

  add(end: Position): void {
    this.#batches.push({ end, settledAtMs: this.#nowMs() + this.#settlesMs })
  }

  /** Lets go of what the store can't lose any more, and tells where that ends. */
  settle(): Position | undefined {
    const nowMs = this.#nowMs()
    const unsettled = this.#batches.findIndex(({ settledAtMs }) => settledAtMs > nowMs)
    const settled = this.#batches.splice(0, unsettled === -1 ? Infinity : unsettled)
    return settled.at(-1)?.end
  }

  /** All of them are to be sent again, or none. */
  clear(): void {
    this.#batches = []
  }
}
