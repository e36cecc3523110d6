import type { Batch, BatchId } from '@wardround/protocol'

/** The epoch of what came by line protocol: of no agent, so nobody will ever send it again under its sequence. */
export const WRITTEN_EPOCH = '0000000000000000'

/**
 * A batch as ingest hands it to the journal, the rules and the live view: subjects are resolved to host names, `project` and `role` are stamped
 * as tags, series numbers are those of the collector's SeriesTable, times are corrected where the agent's clock was wrong.
 */
export interface AcceptedBatch {
  /** Name of the agent's own host: its identity. Of what came by line protocol: the host; '' where it has an agent, of whose life that says nothing. */
  readonly agent: string
  readonly id: BatchId
  readonly receivedAtMs: number
  /** Older than three intervals by age: stored under its own time, fires no live alert (design D3). */
  readonly late: boolean
  /** Milliseconds by which the agent's clock was ahead of ours; already taken off the times when `clockCorrected`. */
  readonly clockErrorMs: number
  readonly clockCorrected: boolean
  readonly batch: Batch
}
