import { comparePositions, type Journal, type Position, type SegmentKey } from '@wardround/journal'

export interface JournalConsumersParts {
  readonly journal: Pick<Journal, 'append' | 'release'>
  readonly consumers: readonly string[]
  /** The record of which batches are durable now. */
  readonly head: (segment: SegmentKey) => Uint8Array
  /** Segments can't be deleted now. */
  readonly onError: (error: unknown) => void
}

/** Lets the journal go up to where every consumer has come. */
export class JournalConsumers implements AsyncDisposable {
  readonly #parts: JournalConsumersParts
  readonly #covered = new Map<string, Position | undefined>()
  #releasedSegment = -1
  #releasing: Promise<void> = Promise.resolve()

  constructor(parts: JournalConsumersParts) {
    this.#parts = parts
    for (const consumer of parts.consumers) this.#covered.set(consumer, undefined)
  }

  /** Records before the position are safe with this consumer. Whole segments are released, so a call that passes none costs nothing. */
  cover(consumer: string, position: Position): void {
    this.#covered.set(consumer, position)
    const lowest = this.lowest()
    if (lowest === undefined || lowest.segment <= this.#releasedSegment) return
    this.#releasedSegment = lowest.segment
    this.#releasing = this.#releasing.then(() => this.#release(lowest))
  }

  /** Resolves when what was covered is released: before the journal closes. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#releasing
  }

  /** How far each consumer has come. */
  positions(): IterableIterator<[consumer: string, position: Position | undefined]> {
    return this.#covered.entries()
  }

  /** The position that every consumer has passed; undefined while one hasn't said. */
  lowest(): Position | undefined {
    let lowest: Position | undefined
    for (const position of this.#covered.values()) {
      if (position === undefined) return undefined
      if (lowest === undefined || comparePositions(position, lowest) < 0) lowest = position
    }
    return lowest
  }

  async #release(before: Position): Promise<void> {
    const { journal, head, onError } = this.#parts
    try {
      // A segment's first record doesn't name what was on its way to the segment before: without this, that would be known there alone.
      await journal.append(head)
    } catch {
      // Releasing is what makes room on a full disk; batches that are sent again because of it are stored under the same times.
    }
    try {
      await journal.release(before)
    } catch (error) {
      onError(error)
    }
  }
}
