import type { Journal, Position } from '@wardround/journal'

/** Lets the journal go up to where every consumer has come. */
export class JournalConsumers {
  readonly #journal: Pick<Journal, 'release'>
  readonly #covered = new Map<string, Position | undefined>()
  readonly #onError: (error: unknown) => void
  #releasedSegment = -1

  constructor(
    journal: Pick<Journal, 'release'>,
    consumers: readonly string[],
    onError: (error: unknown) => void,
  ) {
    this.#journal = journal
    this.#onError = onError
    for (const consumer of consumers) this.#covered.set(consumer, undefined)
  }

  /** Records before the position are safe with this consumer. Whole segments are released, so a call that passes none costs nothing. */
  cover(consumer: string, position: Position): void {
    this.#covered.set(consumer, position)
    const lowest = this.lowest()
    if (lowest === undefined || lowest.segment <= this.#releasedSegment) return
    this.#releasedSegment = lowest.segment
    this.#journal.release(lowest).catch(this.#onError)
  }

  /** The position that every consumer has passed; undefined while one hasn't said. */
  lowest(): Position | undefined {
    let lowest: Position | undefined
    for (const position of this.#covered.values()) {
      if (position === undefined) return undefined
      if (lowest === undefined || isBefore(position, lowest)) lowest = position
    }
    return lowest
  }
}

export function isBefore(a: Position, b: Position): boolean {
  return a.segment < b.segment || (a.segment === b.segment && a.offset < b.offset)
}
