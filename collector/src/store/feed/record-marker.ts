import type { Position } from '@wardround/journal'

/** Which record the store's worker has in hand, in memory that main shares: it can be read when the worker has died of it. */
export class RecordMarker {
  readonly buffer: SharedArrayBuffer
  readonly #place: Float64Array

  constructor(buffer = new SharedArrayBuffer(2 * Float64Array.BYTES_PER_ELEMENT)) {
    this.buffer = buffer
    this.#place = new Float64Array(buffer)
    this.clear()
  }

  /** Where the record starts. */
  get position(): Position | undefined {
    const [segment = -1, offset = 0] = this.#place
    return segment < 0 ? undefined : { segment, offset }
  }

  mark({ segment, offset }: Position): void {
    this.#place[0] = segment
    this.#place[1] = offset
  }

  clear(): void {
    this.#place[0] = -1
  }
}
