import type { Batch, BatchId } from '../batch.ts'
import type { SequenceRange } from '../sequence-ranges.ts'

/** What a segment of outbox or journal holds: one batch, or which sequences the journal held before it. */
export type StoredRecord = StoredBatch | StoredRanges

export interface StoredBatch {
  readonly type: 'batch'
  /** Name of the agent's own host; '' on the agent's side. */
  readonly agent: string
  readonly id: BatchId
  /** By the clock of who stores it, epoch ms. */
  readonly receivedAtMs: number
  readonly late: boolean
  readonly clockErrorMs: number
  readonly clockCorrected: boolean
  /** Series are numbers of the SeriesTable that encoder or decoder was given. */
  readonly batch: Batch
}

export interface StoredRanges {
  readonly type: 'ranges'
  readonly held: readonly HeldRanges[]
}

export interface HeldRanges {
  readonly agent: string
  readonly epoch: string
  readonly ranges: readonly SequenceRange[]
}
