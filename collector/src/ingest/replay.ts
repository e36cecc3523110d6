import {
  comparePositions,
  type Journal,
  type JournalRecord,
  type Position,
} from '@wardround/journal'
import type { Logger } from '@wardround/program'
import { SegmentDecoder, type SeriesTable, type StoredRecord } from '@wardround/protocol'
import { type AcceptedBatch, WRITTEN_EPOCH } from '../accepted-batch.ts'
import type { AgentRegistry } from './agent-registry.ts'

/** Gets the batches from its cursor on, in order, before the collector listens. */
export interface ReplayConsumer {
  /** undefined, or behind the journal's end (it outlived the journal that it belongs to): from the oldest record on. */
  readonly from: Position | undefined
  take(batch: AcceptedBatch, end: Position): void
}

export interface ReplaySummary {
  readonly records: number
  readonly unreadable: number
}

/**
 * Reads the journal once at start: rebuilds which batches it holds, and gives the consumers that live in memory what they haven't covered.
 * A record that can't be read is counted and skipped.
 */
export async function replayJournal(
  journal: Pick<Journal, 'read' | 'status'>,
  table: SeriesTable,
  registry: AgentRegistry,
  consumers: readonly ReplayConsumer[],
  log: Logger,
): Promise<ReplaySummary> {
  const summary = { records: 0, unreadable: 0 }
  const { durable } = journal.status()
  const readers = consumers.map((consumer) => toReader(consumer, durable, log))
  for await (const segment of bySegment(journal.read('oldest'))) {
    const decoder = new SegmentDecoder(table)
    for (const { payload } of segment) learn(decoder, payload)
    for (const record of segment) {
      summary.records++
      const stored = decode(decoder, record.payload)
      if (stored === undefined) summary.unreadable++
      else restore(stored, record.end, registry, readers)
    }
  }
  if (summary.unreadable > 0) log.error(summary, 'records of the journal could not be read')
  return summary
}

function toReader(consumer: ReplayConsumer, durable: Position, log: Logger): ReplayConsumer {
  const { from } = consumer
  if (from === undefined || comparePositions(durable, from) >= 0) return consumer
  log.error({ cursor: from, durable }, 'a cursor is ahead of the journal: all of it is read')
  return { from: undefined, take: (batch, end) => consumer.take(batch, end) }
}

async function* bySegment(
  records: AsyncIterable<JournalRecord>,
): AsyncGenerator<readonly JournalRecord[]> {
  let segment: JournalRecord[] = []
  for await (const record of records) {
    if (segment[0] !== undefined && segment[0].start.segment !== record.start.segment) {
      yield segment
      segment = []
    }
    segment.push(record)
  }
  if (segment.length > 0) yield segment
}

function learn(decoder: SegmentDecoder, payload: Uint8Array): void {
  try {
    decoder.learn(payload)
  } catch {
    // decode() of the same record says so, and is counted
  }
}

function decode(decoder: SegmentDecoder, payload: Uint8Array): StoredRecord | undefined {
  try {
    return decoder.decode(payload)
  } catch {
    return undefined
  }
}

function restore(
  record: StoredRecord,
  end: Position,
  registry: AgentRegistry,
  consumers: readonly ReplayConsumer[],
): void {
  if (record.type === 'ranges') {
    for (const { agent, epoch, ranges } of record.held)
      registry.of(agent).held.restore(epoch, ranges)
    return
  }
  if (record.id.epoch !== WRITTEN_EPOCH) registry.of(record.agent).held.settle(record.id)
  for (const consumer of consumers) {
    // The cursor is where the next record starts: this one is new when it ends behind it.
    if (consumer.from === undefined || comparePositions(consumer.from, end) < 0)
      consumer.take(record, end)
  }
}
