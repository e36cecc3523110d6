/** Up to this an agent's time stands (design D3). */
const TOLERATED_MS = 2_000

/** No delay of the line is longer: a connection that silent is closed. */
const MAX_TRANSIT_MS = 60_000

/** Readings that are this close say the same; a line that answers this fast delays nobody. */
const AGREEMENT_MS = 500

/** What one batch says about its agent's clock. */
export interface ClockReading {
  /** Newest block time + age − receipt: by how much the clock was ahead, less what the way here took. */
  readonly measuredMs: number
  /** What is believed of it. */
  readonly errorMs: number
  /** Whether the batch's times are to be corrected by `errorMs`. */
  readonly corrected: boolean
}

/** What is measured of a batch. */
export interface ClockMeasurement {
  /** By the agent's clock. */
  readonly newestMs: number
  /** How long ago that was when it was sent, by the agent's monotonic clock. */
  readonly ageMs: number
  readonly receivedAtMs: number
  /** Of a ping that was sent after the batch before; undefined: none was answered yet. */
  readonly roundTripMs: number | undefined
}

/**
 * The agent's clock error out of one batch. A delay on the way (the line's, or our own when we are busy) makes a clock look behind, never ahead. So a
 * clock that seems behind by no more than a delay can explain is believed only when the batch before said the same and a ping in between
 * came back at once. Readings that agree share their error but for an eighth of the difference, so that jitter on the way doesn't
 * become the intervals'.
 */
export function readClockError(
  measurement: ClockMeasurement,
  previous: ClockReading | undefined,
): ClockReading {
  const { newestMs, ageMs, receivedAtMs, roundTripMs } = measurement
  const measuredMs = newestMs + ageMs - receivedAtMs
  const isDirect = roundTripMs !== undefined && roundTripMs <= AGREEMENT_MS
  if (previous !== undefined && isClose(measuredMs, previous.errorMs)) {
    const errorMs = previous.errorMs + Math.round((measuredMs - previous.errorMs) / 8)
    const believed = previous.corrected || isDirect || !isDoubtful(errorMs)
    return { measuredMs, errorMs, corrected: believed && !isTolerable(errorMs) }
  }
  if (!isDoubtful(measuredMs)) {
    return { measuredMs, errorMs: measuredMs, corrected: !isTolerable(measuredMs) }
  }
  if (previous !== undefined && isDirect && isClose(measuredMs, previous.measuredMs)) {
    return { measuredMs, errorMs: measuredMs, corrected: true }
  }
  if (previous?.corrected === true && measuredMs < previous.errorMs && previous.errorMs < 0) {
    // What was known, and a delay on top of it.
    return { measuredMs, errorMs: previous.errorMs, corrected: true }
  }
  return { measuredMs, errorMs: measuredMs, corrected: false }
}

function isTolerable(errorMs: number): boolean {
  return Math.abs(errorMs) <= TOLERATED_MS
}

/** Behind, and by no more than a delay can explain. */
export function isDoubtful(errorMs: number): boolean {
  return errorMs < -TOLERATED_MS && errorMs >= -MAX_TRANSIT_MS
}

function isClose(a: number, b: number): boolean {
  return Math.abs(a - b) <= AGREEMENT_MS
}
