import type { Batch, BatchId } from '@wardround/protocol'
import type { BatchKind } from './batch.ts'
import { keyOf } from './batch-records.ts'

/** A batch on its way. */
export interface OutboxItem {
  readonly id: BatchId
  readonly kind: BatchKind
  readonly batch: Batch
  readonly samples: number
  /** Bytes that it takes in memory, roughly. */
  readonly bytes: number
  /** Time since boot of its newest block. */
  readonly newestSinceBootMs: number
}

/** A batch as the outbox follows it. */
export interface OutboxEntry extends OutboxItem {
  state: 'waiting' | 'sent' | 'settled'
  /** Its record: not written, on its way to the disk, in a segment, or gone with its segment while the batch was sent. */
  disk: 'none' | 'writing' | { readonly segment: number } | 'dropped'
  /** Monotonic time from which it goes to the disk. */
  readonly spillAtMs: number
}

/** Batches held in memory, oldest first: those that nobody has settled and that are not on disk alone. */
export class LiveBatches {
  readonly #entries = new Map<string, OutboxEntry>()
  readonly #maxBytes: number
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  [Symbol.iterator](): IterableIterator<OutboxEntry> {
    return this.#entries.values()
  }

  get(id: BatchId): OutboxEntry | undefined {
    return this.#entries.get(keyOf(id))
  }

  /** Holds a batch; a snapshot takes the place of the one before it. */
  add(entry: OutboxEntry): void {
    if (entry.kind === 'snapshot') this.#removeOlder(entry)
    this.#entries.set(keyOf(entry.id), entry)
    this.#bytes += entry.bytes
  }

  remove(entry: OutboxEntry): void {
    if (this.#entries.delete(keyOf(entry.id))) this.#bytes -= entry.bytes
  }

  /** All that were sent wait again, as new ones where their record is gone; of each snapshot only the newest. */
  returnSent(): void {
    for (const entry of this.#entries.values()) {
      if (entry.state === 'sent') entry.state = 'waiting'
      if (entry.disk === 'dropped') entry.disk = 'none'
    }
    for (const entry of this.#entries.values())
      if (entry.kind === 'snapshot') this.#removeOlder(entry)
  }

  /** The batch to give up while too much is held: the oldest that waits and is nowhere else, texts after all samples. */
  findExcess(): OutboxEntry | undefined {
    if (this.#bytes <= this.#maxBytes) return undefined
    let text: OutboxEntry | undefined
    for (const entry of this.#entries.values()) {
      if (entry.state !== 'waiting' || entry.disk !== 'none') continue
      if (entry.kind === 'samples') return entry
      text ??= entry
    }
    return text
  }

  #removeOlder(snapshot: OutboxEntry): void {
    for (const entry of this.#entries.values()) {
      if (entry === snapshot) return
      if (entry.kind === 'snapshot' && entry.state === 'waiting' && sameDocument(entry, snapshot))
        this.remove(entry)
    }
  }
}

function sameDocument(a: OutboxItem, b: OutboxItem): boolean {
  const [one] = a.batch.documents
  const [other] = b.batch.documents
  return one?.name === other?.name && one?.subject === other?.subject
}
