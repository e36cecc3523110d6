import type { SampleBlock } from '../batch.ts'
import { ByteReader } from '../coding/byte-reader.ts'
import { readDiskValue, readDiskValues } from './disk-values.ts'
import { readEpoch } from '../coding/epoch-bytes.ts'
import { firstNotFinite } from '../coding/finite.ts'
import { ProtocolError } from '../errors.ts'
import {
  MAX_BLOCKS_PER_BATCH,
  MAX_NAME_BYTES,
  MAX_RECORD_BYTES,
  MAX_SAMPLES_PER_BATCH,
  MAX_TIME_MS,
} from '../limits.ts'
import { NO_SERIES, SegmentDefinitions } from './segment-definitions.ts'
import { BLOCK_SUBJECT, RECORD_FLAG, RECORD_TYPE } from './segment-format.ts'
import type { SequenceRange } from '../sequence-ranges.ts'
import type { SeriesTable } from '../series-table.ts'
import type { HeldRanges, StoredBatch, StoredRanges, StoredRecord } from './stored-record.ts'
import { readItems } from '../coding/text-items.ts'

/**
 * Reads the records of one segment; the layout is SegmentEncoder's. To lose nothing but the damaged records themselves, first give every
 * payload of the segment to learn(), then decode() each. Who reads a segment from its first record on while it is written may decode at once.
 *
 * Memory: 16 bytes for each series defined (segment-definitions.ts), lists of at most 8 MB a dictionary; a record of at most
 * MAX_RECORD_BYTES takes 12 bytes per sample, at most some 50 times its length for ranges, and what JSON.parse makes of its bodies.
 */
export class SegmentDecoder {
  readonly #table: SeriesTable
  /** By dictionary id: a segment has one for each process that wrote to it. */
  readonly #dictionaries = new Map<number, SegmentDefinitions>()
  #samplesLost = 0
  #itemsLost = 0

  /** `table`: decoded batches have its numbers. */
  constructor(table: SeriesTable) {
    this.#table = table
  }

  /** Samples left out so far because every copy of their series' definition was damaged. */
  get samplesLost(): number {
    return this.#samplesLost
  }

  /** Events and documents left out so far because their body could not be read. */
  get itemsLost(): number {
    return this.#itemsLost
  }

  /**
   * Takes in the definitions of a record.
   * @throws ProtocolError RECORD_MALFORMED
   */
  learn(payload: Uint8Array): void {
    this.#read(payload, (reader, type) => {
      if (type === RECORD_TYPE.batch) this.#definitions(reader)
    })
  }

  /**
   * Reads one record. Definitions in it are learnt too. A block's `values` are fresh, its `series` may be the same array in many blocks: never write
   * to it; it may serve as the key of a WeakMap.
   * @throws ProtocolError RECORD_MALFORMED
   */
  decode(payload: Uint8Array): StoredRecord {
    return this.#read(payload, (reader, type) => {
      const record = type === RECORD_TYPE.batch ? this.#batch(reader) : readHeld(reader)
      reader.expectEnd()
      return record
    })
  }

  #read<T>(payload: Uint8Array, read: (reader: ByteReader, type: number) => T): T {
    try {
      if (payload.length > MAX_RECORD_BYTES) {
        throw new ProtocolError('LIMIT_EXCEEDED', `At most ${MAX_RECORD_BYTES} are allowed.`)
      }
      const reader = new ByteReader(payload)
      const type = reader.byte()
      if (type !== RECORD_TYPE.batch && type !== RECORD_TYPE.ranges) {
        throw new ProtocolError('FRAME_UNKNOWN', `There is no record of type ${type}.`)
      }
      return read(reader, type)
    } catch (cause) {
      if (!(cause instanceof ProtocolError)) throw cause
      throw new ProtocolError(
        'RECORD_MALFORMED',
        `A record of ${payload.length} bytes can't be read: ${cause.message}`,
        { cause },
      )
    }
  }

  #definitions(reader: ByteReader): SegmentDefinitions {
    const id = reader.uint32()
    let definitions = this.#dictionaries.get(id)
    if (definitions === undefined) {
      definitions = new SegmentDefinitions(this.#table)
      this.#dictionaries.set(id, definitions)
    }
    definitions.read(reader)
    return definitions
  }

  #batch(reader: ByteReader): StoredBatch {
    const definitions = this.#definitions(reader)
    const agent = reader.text('agent', MAX_NAME_BYTES)
    const epoch = readEpoch(reader)
    const sequence = reader.varint()
    const receivedAtMs = readFinite(reader)
    const flags = reader.byte()
    const clockErrorMs = readFinite(reader)
    const blocks = this.#blocks(reader, definitions)
    const { events, documents } = readItems(reader, () => this.#itemsLost++)
    return {
      type: 'batch',
      agent,
      id: { epoch, sequence },
      receivedAtMs,
      late: (flags & RECORD_FLAG.late) !== 0,
      clockErrorMs,
      clockCorrected: (flags & RECORD_FLAG.clockCorrected) !== 0,
      batch: { blocks, events, documents },
    }
  }

  #blocks(reader: ByteReader, definitions: SegmentDefinitions): SampleBlock[] {
    const blocks: SampleBlock[] = []
    let samplesLeft = MAX_SAMPLES_PER_BATCH
    for (let left = reader.count('blocks', MAX_BLOCKS_PER_BATCH, 3); left > 0; left--) {
      const numbers = definitions.readSeries(reader, samplesLeft)
      samplesLeft -= numbers.length
      const hasSubject = reader.byte() === BLOCK_SUBJECT.written
      const subject = hasSubject ? reader.text('subject', MAX_NAME_BYTES) : undefined
      const timeMs = reader.varint()
      if (timeMs > MAX_TIME_MS) throw new ProtocolError('FRAME_MALFORMED', `${timeMs} is no time.`)
      const block = this.#block(reader, numbers, timeMs)
      const first = block.series[0]
      if (subject !== undefined) blocks.push({ ...block, subject })
      else if (first !== undefined) blocks.push({ ...block, subject: this.#table.subjectOf(first) })
    }
    return blocks
  }

  #block(reader: ByteReader, series: Uint32Array, timeMs: number): Omit<SampleBlock, 'subject'> {
    const values = readDiskValues(reader, series.length)
    if (!series.includes(NO_SERIES) && firstNotFinite(values) === -1) {
      return { timeMs, series, values }
    }
    const kept = Array.from(series.keys()).filter(
      (i) => series[i] !== NO_SERIES && Number.isFinite(values[i]),
    )
    this.#samplesLost += series.length - kept.length
    return {
      timeMs,
      series: Uint32Array.from(kept, (i) => series[i]!),
      values: Float64Array.from(kept, (i) => values[i]!),
    }
  }
}

/** A number of a record's head. */
function readFinite(reader: ByteReader): number {
  const value = readDiskValue(reader)
  if (Number.isFinite(value)) return value
  throw new ProtocolError('FRAME_MALFORMED', `A record's head has the number ${value}.`)
}

function readHeld(reader: ByteReader): StoredRanges {
  const held: HeldRanges[] = []
  // agent, epoch and count take ten bytes at least
  for (let left = reader.count('epochs', MAX_RECORD_BYTES, 10); left > 0; left--) {
    const agent = reader.text('agent', MAX_NAME_BYTES)
    const epoch = readEpoch(reader)
    held.push({ agent, epoch, ranges: readRanges(reader) })
  }
  return { type: 'ranges', held }
}

function readRanges(reader: ByteReader): SequenceRange[] {
  const ranges: SequenceRange[] = []
  let end = 0
  for (let left = reader.count('ranges', MAX_RECORD_BYTES, 2); left > 0; left--) {
    const distance = reader.varint()
    const from = end + distance
    end = from + reader.varint()
    if (distance < 1 || !Number.isSafeInteger(end)) {
      throw new ProtocolError('FRAME_MALFORMED', `${from}–${end} is no range of sequences.`)
    }
    ranges.push([from, end])
  }
  return ranges
}
