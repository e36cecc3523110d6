import type { Journal, JournalRecord, SegmentKey } from '@wardround/journal'
import {
  SegmentDecoder,
  SegmentEncoder,
  type Batch,
  type BatchId,
  type SeriesTable,
  type StoredBatch,
} from '@wardround/protocol'
import type { Clocks } from './clocks.ts'

export interface BatchRecordsOptions {
  readonly table: SeriesTable
  readonly clocks: Clocks
  /** readBootId() of this boot. */
  readonly bootId: string
}

/** Batches as records of the outbox's segments: an encoder per segment, a decoder for the segment that is being read. */
export class BatchRecords {
  readonly #with: BatchRecordsOptions
  readonly #encoders = new WeakMap<SegmentKey, SegmentEncoder>()
  #decoder: { segment: number; decoder: SegmentDecoder } | undefined

  constructor(options: BatchRecordsOptions) {
    this.#with = options
  }

  /** @throws ProtocolError for a batch that no record can hold */
  encode(key: SegmentKey, id: BatchId, batch: Batch, newestSinceBootMs: number): Uint8Array {
    let encoder = this.#encoders.get(key)
    if (encoder === undefined) {
      encoder = new SegmentEncoder(this.#with.table)
      this.#encoders.set(key, encoder)
    }
    return encoder.encode({
      type: 'batch',
      // On the agent's side: the boot and the time since boot, from which the age is told after a restart.
      agent: this.#with.bootId,
      receivedAtMs: Math.round(newestSinceBootMs),
      id,
      late: false,
      clockErrorMs: 0,
      clockCorrected: false,
      batch,
    })
  }

  /** Begins a segment, or goes on with it; where there was damage it learns all of the segment's definitions first. */
  async enter(journal: Journal, segment: number): Promise<void> {
    if (this.#decoder?.segment === segment) return
    const decoder = new SegmentDecoder(this.#with.table)
    if (journal.status().corruptRecords > 0)
      for await (const { payload } of journal.readSegment(segment)) learn(decoder, payload)
    this.#decoder = { segment, decoder }
  }

  /** Leaves the segment: a reading from its middle on would miss definitions. */
  leave(): void {
    this.#decoder = undefined
  }

  /** A record of the segment that was entered; undefined for one that can't be read. */
  decode(payload: Uint8Array): StoredBatch | undefined {
    return this.#decoder && decode(this.#decoder.decoder, payload)
  }

  /** All batches of a segment that is about to go. */
  *decodeAll(records: Iterable<JournalRecord>): Generator<StoredBatch, void> {
    const decoder = new SegmentDecoder(this.#with.table)
    for (const { payload } of records) {
      const stored = decode(decoder, payload)
      if (stored !== undefined) yield stored
    }
  }

  /** Of the newest block: as it was stored in this boot; in an earlier one, by the wall clock's difference. */
  newestSinceBootMs({ agent, receivedAtMs, batch }: StoredBatch): number {
    const { clocks, bootId } = this.#with
    if (agent === bootId) return receivedAtMs
    const times = [...batch.blocks, ...batch.events, ...batch.documents].map(({ timeMs }) => timeMs)
    const ageMs = Math.max(0, clocks.nowMs() - Math.max(...times))
    return clocks.sinceBootMs() - ageMs
  }
}

/** One text for an epoch and sequence. */
export function keyOf({ epoch, sequence }: BatchId): string {
  return `${epoch}:${sequence}`
}

export function samplesOf(batch: Batch): number {
  return batch.blocks.reduce((sum, { series }) => sum + series.length, 0)
}

/** Bytes of a batch's events and documents in memory, roughly. */
export function textBytesOf({ events, documents }: Batch): number {
  return [...events, ...documents].reduce((sum, { body }) => sum + JSON.stringify(body).length, 0)
}

function decode(decoder: SegmentDecoder, payload: Uint8Array): StoredBatch | undefined {
  try {
    const record = decoder.decode(payload)
    return record.type === 'batch' ? record : undefined
  } catch {
    return undefined // its samples turn up as unmet when its segment is done
  }
}

function learn(decoder: SegmentDecoder, payload: Uint8Array): void {
  try {
    decoder.learn(payload)
  } catch {
    // a damaged record teaches nothing; the copies of its definitions are elsewhere
  }
}
