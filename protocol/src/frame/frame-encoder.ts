import { checkBatch } from '../coding/batch-check.ts'
import type { Batch, BatchId, SampleBlock } from '../batch.ts'
import { ByteWriter } from '../coding/byte-writer.ts'
import { maxValueBytes, ValueEncoder } from './connection-values.ts'
import { writeEpoch } from '../coding/epoch-bytes.ts'
import { ProtocolError } from '../errors.ts'
import { FRAME_TYPE } from './frame.ts'
import {
  MAX_DEFINITIONS_PER_FRAME,
  MAX_FRAME_BYTES,
  MAX_INTEGER,
  MAX_SERIES_PER_CONNECTION,
} from '../limits.ts'
import { maxRunBytes, writeRuns } from '../coding/number-runs.ts'
import { SeriesLists } from './series-lists.ts'
import type { SeriesTable } from '../series-table.ts'
import { ShapeWriter } from '../coding/shape-coder.ts'
import { prepareItems, writeItems } from '../coding/text-items.ts'

/** Largest define frame that is begun anew rather than gone on with: a batch frame behind it need not wait long. */
const DEFINE_TARGET_BYTES = 262_144

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
 */
export class FrameEncoder {
  readonly #table: SeriesTable
  readonly #writer = new ByteWriter()
  readonly #values = new ValueEncoder()
  readonly #lists = new SeriesLists<EncodedList>()
  /** Connection number + 1 of each of the table's series; 0 = none yet. */
  #numbers = new Uint32Array(64)
  #defined = 0

  constructor(table: SeriesTable) {
    this.#table = table
  }

  /** Series numbers given so far on this connection. */
  get definedSeries(): number {
    return this.#defined
  }

  /** The table's series that has a number of this connection (as in a `refuse` message), or −1. */
  seriesOf(number: number): number {
    return this.#numbers.indexOf(number + 1)
  }

  /**
   * The frames of one batch: define frames for series new on this connection, then the batch frame. Each is a fresh array of at most
   * MAX_FRAME_BYTES. Blocks without samples are left out. `ageMs`: how old the newest block is now, by the monotonic clock.
   * When it throws, nothing has changed and the connection can go on with other batches.
   * @throws ProtocolError NOT_A_NUMBER, BATCH_INVALID, LIMIT_EXCEEDED, BATCH_TOO_LARGE; NUMBERS_EXHAUSTED: connect anew
   */
  encode(id: BatchId, ageMs: number, batch: Batch): Uint8Array<ArrayBuffer>[] {
    this.#writer.position = 0
    const samples = checkBatch(id, batch)
    const blocks = batch.blocks.filter((block) => block.series.length > 0)
    const items = prepareItems(batch)
    const bound =
      64 + blocks.length * 32 + maxRunBytes(samples) + maxValueBytes(samples) + items.bytes
    if (bound > MAX_FRAME_BYTES) {
      throw new ProtocolError(
        'BATCH_TOO_LARGE',
        `Batch ${id.sequence} may need ${bound} bytes; a frame has ${MAX_FRAME_BYTES}.`,
      )
    }
    const fresh = this.#freshSeries(blocks)
    const frames = this.#define(fresh)
    const writer = this.#writer
    writer.byte(FRAME_TYPE.batch)
    writeEpoch(writer, id.epoch)
    writer.varint(id.sequence)
    writer.varint(Math.min(Math.max(Math.round(ageMs), 0), MAX_INTEGER))
    this.#blocks(blocks)
    writeItems(writer, items)
    frames.push(writer.take())
    return frames
  }

  /** Series that have no number yet, in the order of their appearance. Checks the subjects of lists that are new. */
  #freshSeries(blocks: readonly SampleBlock[]): number[] {
    const fresh = new Set<number>()
    for (const block of blocks) {
      if (this.#placeOf(block) !== -1) continue
      for (const series of block.series) {
        if (this.#table.subjectOf(series) !== block.subject) {
          throw new ProtocolError(
            'BATCH_INVALID',
            `Series ${series} does not belong to subject "${block.subject}".`,
          )
        }
        if (this.#numberOf(series) === -1) fresh.add(series)
      }
    }
    if (this.#defined + fresh.size > MAX_SERIES_PER_CONNECTION) {
      throw new ProtocolError(
        'NUMBERS_EXHAUSTED',
        `This connection has named ${this.#defined} series; ${MAX_SERIES_PER_CONNECTION} is the limit. Connect anew.`,
      )
    }
    return [...fresh]
  }

  #define(fresh: readonly number[]): Uint8Array<ArrayBuffer>[] {
    const frames: Uint8Array<ArrayBuffer>[] = []
    let written = 0
    while (written < fresh.length) written += this.#defineFrame(fresh, written, frames)
    return frames
  }

  /** Adds one define frame for fresh[from …]; returns how many it holds. */
  #defineFrame(fresh: readonly number[], from: number, frames: Uint8Array<ArrayBuffer>[]): number {
    const body = new ByteWriter()
    const shapes = new ShapeWriter(body)
    let count = 0
    while (
      from + count < fresh.length &&
      count < MAX_DEFINITIONS_PER_FRAME &&
      body.position < DEFINE_TARGET_BYTES
    ) {
      const series = fresh[from + count]!
      shapes.text(this.#table.subjectOf(series))
      shapes.shape(this.#table.shapeOf(series))
      this.#remember(series, this.#defined + count)
      count++
    }
    const writer = this.#writer
    writer.byte(FRAME_TYPE.define)
    writer.varint(this.#defined)
    writer.varint(count)
    writer.append(body.take())
    frames.push(writer.take())
    this.#defined += count
    this.#values.grow(this.#defined)
    return count
  }

  #blocks(blocks: readonly SampleBlock[]): void {
    const writer = this.#writer
    writer.varint(blocks.length)
    let timeMs = 0
    for (const block of blocks) {
      const list = this.#list(block)
      writer.signed(block.timeMs - timeMs)
      timeMs = block.timeMs
      this.#values.encode(writer, list.numbers, block.values)
    }
  }

  /** Writes a block's list, as a reference where the connection has had it. */
  #list(block: SampleBlock): EncodedList {
    const place = this.#placeOf(block)
    this.#writer.varint(place + 1)
    const known = this.#lists.at(place)
    if (known !== undefined) return known
    const list = {
      subject: block.subject,
      series: block.series.slice(),
      numbers: block.series.map((series) => this.#numberOf(series)),
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

  #numberOf(series: number): number {
    return (this.#numbers[series] ?? 0) - 1
  }

  #remember(series: number, number: number): void {
    if (series >= this.#numbers.length) {
      const larger = new Uint32Array(Math.max(series + 1, this.#numbers.length * 2))
      larger.set(this.#numbers)
      this.#numbers = larger
    }
    this.#numbers[series] = number + 1
  }
}

function sameNumbers(a: Uint32Array, b: Uint32Array): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i]) return false
  }
  return true
}
