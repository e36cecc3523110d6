import type { ByteReader } from './byte-reader.ts'
import { ProtocolError } from './errors.ts'
import { MAX_RECORD_BYTES } from './limits.ts'
import type { SeriesTable } from './series-table.ts'
import { ShapeReader } from './shape-coder.ts'

/** Numbers in a record are the writer's and small; one above this is damage. It bounds the memory at 12 bytes each. */
const MAX_WRITER_NUMBER = 2 ** 26

/** No series, no shape. */
const NONE = 0xffff_ffff

/** What a segment's records said about one dictionary: the writer's numbers and shape ids, and ours for them. 12 bytes a series. */
export class SegmentDefinitions {
  readonly #table: SeriesTable
  /** Our shape id for each of the writer's. */
  #shapes = new Uint32Array(0)
  /** Our subject id and the writer's shape id of each of the writer's series. */
  #subjects = new Uint32Array(0)
  #shapeOf = new Uint32Array(0)
  /** Our number for each of the writer's, as far as asked for. */
  #series = new Uint32Array(0)

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
      this.#shapes[shapeId] = this.#table.internShape(shapes.shape())
    }
    let next = 0
    for (let left = reader.count('series', MAX_RECORD_BYTES, 4); left > 0; left--) {
      const subjectId = this.#table.internSubject(shapes.text('subject'))
      const series = checkNumber(next + reader.signed())
      const firstShape = checkNumber(reader.varint())
      next = checkNumber(series + reader.varint())
      checkNumber(firstShape + next - series)
      this.#define(subjectId, series, firstShape, next - series)
    }
  }

  /** Our number for one of the writer's; −1 where no record defined it. */
  seriesOf(number: number): number {
    const known = this.#series[number]
    if (known === undefined) return -1
    return known === NONE ? this.#resolve(number) : known
  }

  #define(subjectId: number, series: number, firstShape: number, length: number): void {
    this.#subjects = withRoom(this.#subjects, series + length)
    this.#shapeOf = withRoom(this.#shapeOf, series + length)
    this.#series = withRoom(this.#series, series + length)
    for (let i = 0; i < length; i++) {
      this.#subjects[series + i] = subjectId
      this.#shapeOf[series + i] = firstShape + i
    }
  }

  /** A shape may be defined in a later record than the series that has it, hence only now. */
  #resolve(number: number): number {
    const shape = this.#shapes[this.#shapeOf[number]!] ?? NONE
    const subject = this.#subjects[number]!
    if (shape === NONE || subject === NONE) return -1
    const series = this.#table.internPair(subject, shape)
    this.#series[number] = series
    return series
  }
}

function checkNumber(number: number): number {
  if (number < 0 || number > MAX_WRITER_NUMBER) {
    throw new ProtocolError('FRAME_MALFORMED', `${number} is no number of a series or shape.`)
  }
  return number
}

function withRoom(array: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  if (length <= array.length) return array
  const larger = new Uint32Array(Math.max(length, array.length + (array.length >> 1), 64))
  larger.set(array)
  larger.fill(NONE, array.length)
  return larger
}
