import type { Batch, BatchFrame, DocumentItem, EventItem } from '@wardround/protocol'
import type { AcceptedBatch } from '../accepted-batch.ts'
import type { ClockReading } from './clock-error.ts'
import type { ConnectionSeries, SubjectResolver } from './connection-series.ts'

/** Older than so many intervals by age is late (design D3). */
const LATE_INTERVALS = 3

export interface Arrival {
  readonly agent: string
  readonly receivedAtMs: number
  /** The agent's interval, from its hello. */
  readonly everyMs: number
  readonly series: ConnectionSeries
  readonly resolve: SubjectResolver
  readonly clock: ClockReading
}

/** The newest time of a batch's blocks; undefined when it has none. */
export function newestBlockMs(batch: Batch): number | undefined {
  let newest: number | undefined
  for (const { timeMs } of batch.blocks) {
    if (newest === undefined || timeMs > newest) newest = timeMs
  }
  return newest
}

export function countSamples(batch: Batch): number {
  let samples = 0
  for (const { values } of batch.blocks) samples += values.length
  return samples
}

/** A batch as it goes to the journal and the rules: the collector's numbers and names, times corrected where the clock was wrong. */
export function acceptBatch(frame: BatchFrame, arrival: Arrival): AcceptedBatch {
  const { agent, receivedAtMs, everyMs, clock, resolve } = arrival
  const shiftMs = clock.corrected ? -clock.errorMs : 0
  const blocks = []
  for (const block of frame.batch.blocks) {
    const translated = arrival.series.translate(block)
    if (translated === undefined) continue
    blocks.push(
      shiftMs === 0 ? translated : { ...translated, timeMs: notNegative(block.timeMs + shiftMs) },
    )
  }
  return {
    agent,
    id: frame.id,
    receivedAtMs,
    late: frame.ageMs > LATE_INTERVALS * everyMs,
    clockErrorMs: clock.errorMs,
    clockCorrected: clock.corrected,
    batch: {
      blocks,
      events: ownItems(frame.batch.events, resolve, shiftMs),
      documents: ownItems(frame.batch.documents, resolve, shiftMs),
    },
  }
}

/** Events or documents of subjects that the agent may speak for; the others are left out. */
function ownItems<Item extends EventItem | DocumentItem>(
  items: readonly Item[],
  resolve: SubjectResolver,
  shiftMs: number,
): Item[] {
  return items.flatMap((item) => {
    const subject = resolve(item.subject)
    if (subject === undefined) return []
    return [{ ...item, subject, timeMs: notNegative(item.timeMs + shiftMs) }]
  })
}

function notNegative(timeMs: number): number {
  return Math.max(0, timeMs)
}
