import type { ByteReader } from '../coding/byte-reader.ts'
import { ProtocolError } from '../errors.ts'
import { KnownRuns } from './known-runs.ts'
import { MAX_RECORD_BYTES, MAX_SAMPLES_PER_BATCH, MAX_SERIES_PER_TABLE } from '../limits.ts'
import type { SeriesTable } from '../series-table.ts'
import { ShapeReader } from '../coding/shape-coder.ts'

/** In place of a number: no series. */
export const NO_SERIES = 0xffff_ffff

/**
 * What a segment's records said about one dictionary: the writer's numbers and shape ids, and ours for them. 12 bytes a series, 4 a shape; as
 * numbers are below MAX_SERIES_PER_TABLE, at most 256 MB, of which only what is used takes memory.
 *
 * In all arrays 0 is "not known" and n + 1 stands for n, so that what was never written stays untouched memory.
 */
export class SegmentDefinitions {
  readonly #table: SeriesTable
  /** Our shape id for each of the writer's. */
  #shapes = new Uint32Array(0)
  /** Our subject id and the writer's shape id of each of the writer's series. */
  #subjects = new Uint32Array(0)
  #shapeOf = new Uint32Array(0)
  /** Our number for each of the writer's, as far as asked for. */
  #series = new Uint32Array(0)
  readonly #lists = new KnownRuns()

  constructor(table: SeriesTable) {
    this.#table = table
  }

  /**
   * Takes in the definitions at the reader's position and moves behind them.
   * @throws ProtocolError
   */
  read(reader: ByteReader): void {
    const shapes = new ShapeReader(reader)
    let shapeId = 0
    for (let left = reader.count('shapes', MAX_RECORD_BYTES, 5); left > 0; left--) {
      shapeId = checkNumber(shapeId + reader.signed())
      this.#shapes = withRoom(this.#shapes, shapeId + 1)
      this.#shapes[shapeId] = this.#table.internShape(shapes.shape()) + 1
    }
    let next = 0
    for (let left = reader.count('series', MAX_RECORD_BYTES, 4); left > 0; left--) {
      const subjectId = this.#table.internSubject(shapes.text('subject'))
      const series = checkNumber(next + reader.signed())
      const firstShape = checkNumber(reader.varint())
      const length = reader.count('series in a run', MAX_SAMPLES_PER_BATCH, 0)
      next = checkNumber(series + length)
      checkNumber(firstShape + length)
      this.#define(subjectId, series, firstShape, length)
    }
  }

  /**
   * Reads a list of the writer's numbers and gives ours, NO_SERIES for those that no record has defined. Equal lists give the same array.
   * @throws ProtocolError
   */
  readSeries(reader: ByteReader, max: number): Uint32Array {
    return this.#lists.read(reader, max, (numbers) => this.#translate(numbers))
  }

  /** Puts our numbers in place of the writer's; returns whether all are known. */
  #translate(numbers: Uint32Array): boolean {
    let complete = true
    for (let i = 0; i < numbers.length; i++) {
      const series = (this.#series[numbers[i]!] ?? 0) || this.#resolve(numbers[i]!)
      if (series === 0) complete = false
      numbers[i] = series - 1
    }
    return complete
  }

  #define(subjectId: number, series: number, firstShape: number, length: number): void {
    this.#subjects = withRoom(this.#subjects, series + length)
    this.#shapeOf = withRoom(this.#shapeOf, series + length)
    this.#series = withRoom(this.#series, series + length)
    for (let i = 0; i < length; i++) {
      this.#subjects[series + i] = subjectId + 1
      this.#shapeOf[series + i] = firstShape + i + 1
    }
  }

  /** Our number + 1, 0 where it isn't known. A shape may be defined in a later record than the series that has it, hence only now. */
  #resolve(number: number): number {
    const subject = this.#subjects[number] ?? 0
    const shape = this.#shapes[(this.#shapeOf[number] ?? 0) - 1] ?? 0
    if (subject === 0 || shape === 0) return 0
    const series = this.#table.internPair(subject - 1, shape - 1) + 1
    this.#series[number] = series
    return series
  }
}

function checkNumber(number: number): number {
  if (number < 0 || number > MAX_SERIES_PER_TABLE) {
    throw new ProtocolError('FRAME_MALFORMED', `${number} is no number of a series or shape.`)
  }
  return number
}

function withRoom(array: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  if (length <= array.length) return array
  const larger = new Uint32Array(Math.max(length, array.length + (array.length >> 1), 64))
  larger.set(array)
  return larger
}
