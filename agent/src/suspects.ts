import { keyOf } from './batch-records.ts'
import type { OutboxItem } from './live-batches.ts'

/** So many batches are sent one at a time at most, to find the one that ends connections. */
const MAX_CAREFUL_BATCHES = 1_000

/**
 * Finds the batch whose frame makes the collector close the connection. When a connection is closed by a code that blames a frame, whatever
 * was under way is suspected and sent one at a time from then on; a batch that was alone on its way twice is guilty.
 */
export class Suspects {
  readonly #suspected = new Set<string>()
  readonly #blamed = new Map<string, number>()
  #left = 0

  /** Whether batches are to be sent one at a time. */
  get isCareful(): boolean {
    return this.#suspected.size > 0 && this.#left > 0
  }

  /** A connection was closed for a frame while these were under way; gives the guilty one, if it is known now. */
  blame(unanswered: readonly OutboxItem[]): OutboxItem | undefined {
    this.#left = MAX_CAREFUL_BATCHES
    for (const { id } of unanswered) this.#suspected.add(keyOf(id))
    const [alone, another] = unanswered
    if (alone === undefined || another !== undefined) return undefined
    const key = keyOf(alone.id)
    const times = (this.#blamed.get(key) ?? 0) + 1
    this.#blamed.set(key, times)
    if (times < 2) return undefined
    this.clear(alone)
    return alone
  }

  /** A batch was answered, or is no longer sent. */
  clear({ id }: OutboxItem): void {
    if (this.#left === 0) return
    const key = keyOf(id)
    this.#suspected.delete(key)
    this.#blamed.delete(key)
    if (--this.#left > 0 && this.#suspected.size > 0) return
    this.#left = 0
    this.#suspected.clear()
    this.#blamed.clear()
  }
}
