import { type HeldRanges, MAX_EPOCHS, SequenceRanges } from '@wardround/protocol'
import type { BatchId } from '@wardround/protocol'

/** What became of a batch: never seen, appended and not yet durable, or in the journal. */
export type Delivery = 'new' | 'pending' | 'held'

interface Epoch {
  readonly held: SequenceRanges
  readonly pending: Set<number>
}

/** Which batches of one agent the journal holds, by epoch: what makes a replay harmless (design D3). */
export class HeldSequences {
  readonly #epochs = new Map<string, Epoch>()

  stateOf({ epoch, sequence }: BatchId): Delivery {
    const known = this.#epochs.get(epoch)
    if (known === undefined) return 'new'
    if (known.held.has(sequence)) return 'held'
    return known.pending.has(sequence) ? 'pending' : 'new'
  }

  /** Whether a batch of this epoch can be taken: the number of epochs is bounded. */
  hasRoomFor(epoch: string): boolean {
    return this.#epochs.has(epoch) || this.#epochs.size < MAX_EPOCHS
  }

  /** The batch is on its way to the journal. */
  begin({ epoch, sequence }: BatchId): void {
    this.#epoch(epoch).pending.add(sequence)
  }

  /** The batch is durable, now or from an earlier life of the collector. */
  settle({ epoch, sequence }: BatchId): void {
    const known = this.#epoch(epoch)
    known.pending.delete(sequence)
    known.held.add(sequence)
  }

  /** The batch didn't get into the journal: the agent will send it again. */
  abandon({ epoch, sequence }: BatchId): void {
    this.#epochs.get(epoch)?.pending.delete(sequence)
  }

  restore(epoch: string, ranges: Iterable<readonly [number, number]>): void {
    this.#epoch(epoch).held.merge(ranges)
  }

  /** Forgets the epochs that an agent's hello no longer names: it will never send their batches again. */
  keepOnly(epochs: readonly string[]): void {
    const named = new Set(epochs)
    for (const epoch of this.#epochs.keys()) {
      if (!named.has(epoch)) this.#epochs.delete(epoch)
    }
  }

  /** What is held durably, for `welcome` and for the record at a segment's start. */
  *ranges(agent: string): IterableIterator<HeldRanges> {
    for (const [epoch, { held }] of this.#epochs) {
      if (held.length > 0) yield { agent, epoch, ranges: held.toJSON() }
    }
  }

  #epoch(epoch: string): Epoch {
    const known = this.#epochs.get(epoch)
    if (known !== undefined) return known
    const fresh: Epoch = { held: new SequenceRanges(), pending: new Set() }
    this.#epochs.set(epoch, fresh)
    return fresh
  }
}
