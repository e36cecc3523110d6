/** Up to this an agent's time stands (design D3). */
const TOLERATED_MS = 2_000

/** No delay of the line is longer: a connection that silent is closed. */
const MAX_TRANSIT_MS = 60_000

/** Two batches in a row that are this close say that it is the clock, not the line. */
const AGREEMENT_MS = 500

/** What one batch says about its agent's clock. */
export interface ClockReading {
  /** Milliseconds by which the agent's clock was ahead of ours when the batch was made, plus what the line delayed it (which looks like behind). */
  readonly errorMs: number
  /** Whether the batch's times are to be corrected by it. */
  readonly corrected: boolean
}

/**
 * The agent's clock error out of one batch: when its newest block was made by the agent's clock, how long ago that was by the agent's monotonic
 * clock, and when it came. A delay on the line makes a clock look behind, never ahead; so a clock that seems behind by no more than a delay
 * can explain is believed only when the batch before said the same. Batches that agree share their error but for an eighth of the
 * difference, so that the line's jitter doesn't become the intervals'.
 */
export function readClockError(
  batch: { readonly newestMs: number; readonly ageMs: number; readonly receivedAtMs: number },
  previousErrorMs: number | undefined,
): ClockReading {
  const measuredMs = batch.newestMs + batch.ageMs - batch.receivedAtMs
  if (previousErrorMs !== undefined && Math.abs(measuredMs - previousErrorMs) <= AGREEMENT_MS) {
    const errorMs = previousErrorMs + Math.round((measuredMs - previousErrorMs) / 8)
    return { errorMs, corrected: Math.abs(errorMs) > TOLERATED_MS }
  }
  const proven = measuredMs > 0 || measuredMs < -MAX_TRANSIT_MS
  return { errorMs: measuredMs, corrected: proven && Math.abs(measuredMs) > TOLERATED_MS }
}
