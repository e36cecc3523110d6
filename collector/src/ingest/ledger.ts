import type { AcceptedBatch } from '../accepted-batch.ts'

/** Samples of one agent since the collector started, by what became of them: received = stored + duplicates + rejected + refused + deferred, and what is under way. */
export class Ledger {
  received = 0
  /** Durable in the journal and acknowledged. */
  stored = 0
  /** Of the stored ones: came late, fired no live alert. */
  late = 0
  /** Of the stored ones: under a time that was corrected. */
  clockCorrected = 0
  duplicates = 0
  /** Of batches refused for good. */
  rejected = 0
  /** Of series over a limit. */
  refused = 0
  /** Not taken because the journal could not be written; the agent sends them again. */
  deferred = 0
  batches = 0
  frames = 0
  bytes = 0
  /** Batches refused for good, by the code of the reject. */
  readonly rejectedBatches = new Map<string, number>()

  /** A batch has become durable, with `stored` samples; `refused` of its samples were left out. */
  store(batch: AcceptedBatch, stored: number, refused: number): void {
    this.stored += stored
    this.refused += refused
    if (batch.late) this.late += stored
    if (batch.clockCorrected) this.clockCorrected += stored
  }

  /** What a problem batch's readable samples were counts as rejected. */
  reject(code: string, samples: number): void {
    this.rejected += samples
    this.rejectedBatches.set(code, (this.rejectedBatches.get(code) ?? 0) + 1)
  }
}
