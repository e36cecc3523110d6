import { checkBatch } from '../coding/batch-check.ts'
import type { SampleBlock } from '../batch.ts'
import { ByteWriter } from '../coding/byte-writer.ts'
import { DiskValueEncoder, writeDiskValue } from './disk-values.ts'
import { writeEpoch } from '../coding/epoch-bytes.ts'
import { isEpoch } from '../epoch.ts'
import { ProtocolError } from '../errors.ts'
import { MAX_NAME_BYTES, MAX_RECORD_BYTES } from '../limits.ts'
import { writeRuns } from '../coding/number-runs.ts'
import { SegmentDictionary } from './segment-dictionary.ts'
import { nextScale } from '../coding/scale.ts'
import { BLOCK_SUBJECT, RECORD_FLAG, RECORD_TYPE } from './segment-format.ts'
import type { SeriesTable } from '../series-table.ts'
import { utf8Length } from '../shape.ts'
import type { StoredBatch, StoredRanges, StoredRecord } from './stored-record.ts'
import { prepareItems, writeItems } from '../coding/text-items.ts'

/**
 * Writes the records of one segment of outbox or journal. A record brings the definitions that the segment has not had yet, and
 * repeats those of records far enough before it; its values refer to nothing outside, so a damaged record costs itself alone.
 *
 *   batch    1, dictionary id (4 bytes), definitions (segment-dictionary.ts), agent, epoch, sequence, receivedAtMs, flags, clockErrorMs,
 *            count of blocks, blocks, events and documents (text-items.ts)
 *   block    series (number-runs.ts, numbers of the writer's table), subject, time, values (disk-values.ts)
 *   ranges   2, count, for each: agent, epoch, count of ranges, for each: from as its distance to the end before, to as its distance to from
 */
export class SegmentEncoder {
  readonly #table: SeriesTable
  readonly #dictionary: SegmentDictionary
  readonly #values = new DiskValueEncoder()
  readonly #writer = new ByteWriter(8_192)
  /** Bytes of the records so far. */
  #written = 0

  /** `dictionaryId`: 32 bits that tell this encoder's numbers from those of another that wrote to the same segment before. */
  constructor(table: SeriesTable, dictionaryId: number = randomId()) {
    this.#table = table
    this.#dictionary = new SegmentDictionary(table, dictionaryId)
  }

  /**
   * One record, as a view of memory that the next call overwrites: a journal copies it at once. When it throws, nothing has changed.
   * @throws ProtocolError NOT_A_NUMBER, BATCH_INVALID, LIMIT_EXCEEDED, BATCH_TOO_LARGE
   */
  encode(record: StoredRecord): Uint8Array<ArrayBuffer> {
    this.#writer.position = 0
    if (record.type === 'ranges') this.#ranges(record)
    else this.#batch(record)
    const length = this.#writer.position
    const payload = this.#writer.takeView()
    if (length > MAX_RECORD_BYTES) {
      throw new ProtocolError('BATCH_TOO_LARGE', `A record of ${length} bytes is too long.`)
    }
    this.#written += length
    this.#dictionary.commit(this.#written)
    return payload
  }

  #batch(record: StoredBatch): void {
    checkBatch(record.id, record.batch)
    checkAgent(record.agent)
    if (!Number.isFinite(record.receivedAtMs) || !Number.isFinite(record.clockErrorMs)) {
      throw new ProtocolError(
        'BATCH_INVALID',
        `Batch ${record.id.sequence} has an impossible clock.`,
      )
    }
    const items = prepareItems(record.batch)
    this.#values.grow(this.#table.size)
    const writer = this.#writer
    writer.byte(RECORD_TYPE.batch)
    this.#dictionary.write(writer, record.batch.blocks, this.#written)
    writer.text(record.agent)
    writeEpoch(writer, record.id.epoch)
    writer.varint(record.id.sequence)
    writeDiskValue(writer, record.receivedAtMs, nextScale(record.receivedAtMs, 1))
    writer.byte(
      (record.late ? RECORD_FLAG.late : 0) |
        (record.clockCorrected ? RECORD_FLAG.clockCorrected : 0),
    )
    writeDiskValue(writer, record.clockErrorMs, nextScale(record.clockErrorMs, 1))
    writer.varint(record.batch.blocks.length)
    for (const block of record.batch.blocks) this.#block(block)
    writeItems(writer, items)
  }

  #block(block: SampleBlock): void {
    const writer = this.#writer
    const first = block.series[0]
    writeRuns(writer, block.series)
    if (first !== undefined && this.#table.subjectOf(first) === block.subject) {
      writer.byte(BLOCK_SUBJECT.ofSeries)
    } else {
      writer.byte(BLOCK_SUBJECT.written)
      writer.text(block.subject)
    }
    writer.varint(block.timeMs)
    this.#values.encode(writer, block.series, block.values)
  }

  #ranges(record: StoredRanges): void {
    const writer = this.#writer
    writer.byte(RECORD_TYPE.ranges)
    writer.varint(record.held.length)
    for (const { agent, epoch, ranges } of record.held) {
      checkAgent(agent)
      checkEpoch(epoch)
      writer.text(agent)
      writeEpoch(writer, epoch)
      writer.varint(ranges.length)
      let end = 0
      for (const [from, to] of ranges) {
        if (!(from > end && to >= from && Number.isSafeInteger(to))) {
          throw new ProtocolError('BATCH_INVALID', `${from}–${to} after ${end} is no range.`)
        }
        writer.varint(from - end)
        writer.varint(to - from)
        end = to
      }
    }
  }
}

function checkAgent(agent: string): void {
  if (utf8Length(agent) > MAX_NAME_BYTES || !agent.isWellFormed()) {
    throw new ProtocolError(
      'BATCH_INVALID',
      `An agent's name has more than ${MAX_NAME_BYTES} bytes or is not well-formed.`,
    )
  }
}

function checkEpoch(epoch: string): void {
  if (!isEpoch(epoch)) throw new ProtocolError('BATCH_INVALID', `"${epoch}" is no epoch.`)
}

function randomId(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]!
}
