import type { Batch, BatchId, SampleBlock } from '../batch.ts'
import { checkBatch } from '../coding/batch-check.ts'
import { ByteWriter } from '../coding/byte-writer.ts'
import { writeEpoch } from '../coding/epoch-bytes.ts'
import { maxRunBytes, writeRuns } from '../coding/number-runs.ts'
import { ShapeWriter } from '../coding/shape-coder.ts'
import { prepareItems, writeItems } from '../coding/text-items.ts'
import { ProtocolError } from '../errors.ts'
import {
  MAX_DEFINITIONS_PER_FRAME,
  MAX_FRAME_BYTES,
  MAX_INTEGER,
  MAX_NAME_BYTES,
  MAX_SERIES_PER_CONNECTION,
  MAX_SHAPE_BYTES,
} from '../limits.ts'
import type { SeriesTable } from '../series-table.ts'
import { ConnectionNumbers } from './connection-numbers.ts'
import { maxValueBytes, ValueEncoder } from './connection-values.ts'
import { FRAME_TYPE } from './frame.ts'
import { SeriesLists } from './series-lists.ts'

/** A define frame is closed at this length: what is sent behind it need not wait long. */
const DEFINE_TARGET_BYTES = 262_144

/** What one definition can add to a define frame at most: its texts, and three bytes for each of their lengths and references. */
const MAX_DEFINITION_BYTES = MAX_SHAPE_BYTES + MAX_NAME_BYTES + 512

/** A list of series as the caller numbers them and as the connection does. */
interface EncodedList {
  readonly subject: string
  readonly series: Uint32Array
  readonly numbers: Uint32Array
}

/**
 * The sending end of one connection: turns batches into define and batch frames. Frames must be sent in the order in which they
 * were made, all of them; after a reconnect a new encoder starts from nothing.
 *
 *   batch frame  2, epoch (8 bytes), sequence, ageMs, count of blocks, blocks, events and documents (text-items.ts)
 *   block        list: 0 = new one follows (number-runs.ts), n = the list at place n − 1 (series-lists.ts)
 *                time: zig-zagged difference to the block before, the first one's to 0
 *                values (connection-values.ts)
 *   define frame 1, first number, count, definitions: subject text and shape of each (shape-coder.ts)
 *
 * Memory: 25 bytes for each series of the connection, 8 for each entry of its lists.
 */
export class FrameEncoder {
  readonly #table: SeriesTable
  readonly #maxFrameBytes: number
  readonly #writer = new ByteWriter()
  readonly #numbers = new ConnectionNumbers()
  readonly #values = new ValueEncoder()
  readonly #lists = new SeriesLists<EncodedList>()

  /** `maxFrameBytes`: what the receiver takes, as its `welcome` says. */
  constructor(table: SeriesTable, maxFrameBytes: number = MAX_FRAME_BYTES) {
    this.#table = table
    this.#maxFrameBytes = Math.min(maxFrameBytes, MAX_FRAME_BYTES)
  }

  /** Series numbers given so far on this connection. */
  get definedSeries(): number {
    return this.#numbers.count
  }

  /** The table's series that has a number of this connection (as in a `refuse` message), or −1. */
  seriesOf(number: number): number {
    return this.#numbers.seriesOf(number)
  }

  /**
   * The frames of one batch: define frames for series new on this connection, then the batch frame. Each is a fresh array of at most
   * the receiver's frame length. Blocks without samples are left out. `ageMs`: how old the newest block is now, by the monotonic clock.
   * When it throws, nothing has changed and the connection can go on with other batches.
   * @throws ProtocolError NOT_A_NUMBER, BATCH_INVALID, LIMIT_EXCEEDED, BATCH_TOO_LARGE; NUMBERS_EXHAUSTED: connect anew
   * @throws RangeError for a series that the table doesn't have
   */
  encode(id: BatchId, ageMs: number, batch: Batch): Uint8Array<ArrayBuffer>[] {
    const samples = checkBatch(id, batch)
    const blocks = batch.blocks.filter((block) => block.series.length > 0)
    const items = prepareItems(batch)
    this.#checkLength(
      id,
      64 + blocks.length * 32 + maxRunBytes(samples) + maxValueBytes(samples) + items.bytes,
    )
    const known = blocks.map((block) => this.#lists.at(this.#placeOf(block)))
    const frames = this.#define(this.#freshSeries(blocks, known))
    const writer = this.#writer
    writer.byte(FRAME_TYPE.batch)
    writeEpoch(writer, id.epoch)
    writer.varint(id.sequence)
    writer.varint(Math.min(Math.max(Math.round(ageMs), 0), MAX_INTEGER))
    this.#blocks(blocks, known)
    writeItems(writer, items)
    frames.push(writer.take())
    return frames
  }

  #checkLength(id: BatchId, bytes: number): void {
    if (bytes <= this.#maxFrameBytes) return
    throw new ProtocolError(
      'BATCH_TOO_LARGE',
      `Batch ${id.sequence} may need ${bytes} bytes; a frame has ${this.#maxFrameBytes}. Make smaller batches.`,
    )
  }

  /** Series that have no number yet, in the order of their appearance. Checks the subjects of lists that are new. */
  #freshSeries(
    blocks: readonly SampleBlock[],
    known: readonly (EncodedList | undefined)[],
  ): number[] {
    const fresh = new Set<number>()
    for (const [i, block] of blocks.entries()) {
      if (known[i] !== undefined) continue
      const subjectId = this.#table.findSubject(block.subject)
      for (const series of block.series) {
        if (this.#table.subjectIdOf(series) !== subjectId) {
          throw new ProtocolError(
            'BATCH_INVALID',
            `Series ${series} does not belong to subject "${block.subject}".`,
          )
        }
        if (this.#numbers.numberOf(series) === -1) fresh.add(series)
      }
    }
    if (this.#numbers.count + fresh.size > MAX_SERIES_PER_CONNECTION) {
      throw new ProtocolError(
        'NUMBERS_EXHAUSTED',
        `This connection has named ${this.#numbers.count} series; ${MAX_SERIES_PER_CONNECTION} is the limit. Connect anew.`,
      )
    }
    return [...fresh]
  }

  #define(fresh: readonly number[]): Uint8Array<ArrayBuffer>[] {
    const frames: Uint8Array<ArrayBuffer>[] = []
    let written = 0
    while (written < fresh.length) {
      const count = this.#defineFrame(fresh, written, frames)
      written += count
    }
    this.#values.grow(this.#numbers.count)
    return frames
  }

  /** Adds one define frame for fresh[from …]; returns how many it holds. */
  #defineFrame(fresh: readonly number[], from: number, frames: Uint8Array<ArrayBuffer>[]): number {
    const first = this.#numbers.count
    const body = new ByteWriter()
    const shapes = new ShapeWriter(body)
    const target = Math.min(DEFINE_TARGET_BYTES, this.#maxFrameBytes - MAX_DEFINITION_BYTES)
    let count = 0
    do {
      const series = fresh[from + count]!
      shapes.text(this.#table.subjectOf(series))
      shapes.shape(this.#table.shapeOf(series))
      this.#numbers.add(series)
      count++
    } while (
      from + count < fresh.length &&
      count < MAX_DEFINITIONS_PER_FRAME &&
      body.position < target
    )
    const writer = this.#writer
    writer.byte(FRAME_TYPE.define)
    writer.varint(first)
    writer.varint(count)
    writer.append(body.take())
    frames.push(writer.take())
    return count
  }

  #blocks(blocks: readonly SampleBlock[], known: readonly (EncodedList | undefined)[]): void {
    const writer = this.#writer
    writer.varint(blocks.length)
    let timeMs = 0
    for (const [i, block] of blocks.entries()) {
      const list = this.#list(block, known[i])
      writer.signed(block.timeMs - timeMs)
      timeMs = block.timeMs
      this.#values.encode(writer, list.numbers, block.values)
    }
  }

  /** Writes a block's list, as a reference where the connection has it. */
  #list(block: SampleBlock, known: EncodedList | undefined): EncodedList {
    // A block before this one may have pushed the list out of its place, or brought it.
    let place = known === undefined ? -1 : this.#lists.findIndex((list) => list === known)
    if (place === -1) place = this.#placeOf(block)
    this.#writer.varint(place + 1)
    return this.#lists.at(place) ?? this.#newList(block)
  }

  #newList(block: SampleBlock): EncodedList {
    const list = {
      subject: block.subject,
      series: block.series.slice(),
      numbers: block.series.map((series) => this.#numbers.numberOf(series)),
    }
    this.#lists.add(list)
    writeRuns(this.#writer, list.numbers)
    return list
  }

  #placeOf(block: SampleBlock): number {
    return this.#lists.findIndex(
      (list) => sameNumbers(list.series, block.series) && list.subject === block.subject,
    )
  }
}

function sameNumbers(a: Uint32Array, b: Uint32Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i]) return false
  }
  return true
}
