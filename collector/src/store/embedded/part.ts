import { crc32 } from 'node:zlib'
import { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { readColumn, writeColumn } from './column.ts'
import type { Effort } from './column.ts'
import { PartError } from './part-error.ts'

/** Where a query or a merge finds samples: rows of one time each, columns of one series each. */
export interface Chunk {
  /** What stands in which column: an id of the SetTable. */
  readonly set: number
  readonly rows: number
  /** Rising, no time twice; the first `rows` count. */
  readonly times: Float64Array
  /** Fills `rows` of `values`, from `at` on; NaN = no sample. */
  read(column: number, values: Float64Array, at: number): void
}

/** Bound of what a damaged part can make a reader allocate: an hour at one sample a millisecond would not fit a part anyway. */
const MAX_ROWS = 2 ** 22
const CHECKSUM_BYTES = 4
/** Columns that may equal this one are looked for so far back. */
const NEAR_COLUMNS = 2

export interface PartOptions {
  readonly effort: Effort
  /** A distance at which an equal column is looked for, beside the nearest ones. */
  readonly stride?: number
  /** Gets what writeColumn says of each column. */
  readonly decimals?: Int8Array
}

/** The columns to be coded, all in one array. */
export interface ColumnSource {
  readonly count: number
  readonly values: Float64Array
  /** Where a column begins in `values`; asked once for each, in their order, and good until the next is asked for. */
  startOf(column: number): number
}

/** Used again by each part, so that coding one leaves no garbage. */
let columnStarts = new Uint32Array(0)
/** Columns whose bytes stand in the part. */
let kept = new Uint32Array(0)

function makeRoom(columns: number): void {
  if (kept.length >= columns) return
  columnStarts = new Uint32Array(columns * 2 + 1)
  kept = new Uint32Array(columns * 2)
}

/**
 * Codes rows × columns: varint rows, varint columns, the times as a column, each column's length as a varint, the columns, CRC-32.
 * A column that is byte for byte an earlier one has length 0 and then the distance to it. The part is a view of the writer's memory: good until that is
 * used again.
 */
export function encodePart(
  writer: ByteWriter,
  times: Float64Array,
  rows: number,
  columns: ColumnSource,
  { effort, stride = 1, decimals }: PartOptions,
): Uint8Array<ArrayBuffer> {
  writer.clear()
  makeRoom(columns.count)
  for (let index = 0; index < columns.count; index++) {
    columnStarts[index] = writer.length
    const found = writeColumn(writer, columns.values, columns.startOf(index), rows, effort)
    if (decimals !== undefined) decimals[index] = found
  }
  columnStarts[columns.count] = writer.length
  const bodyEnd = writer.length
  writer.varint(rows)
  writer.varint(columns.count)
  writeColumn(writer, times, 0, rows, 'small')
  let keptCount = 0
  for (let index = 0; index < columns.count; index++) {
    if (writeLength(writer, index, stride)) kept[keptCount++] = index
  }
  return assemble(writer, bodyEnd, keptCount)
}

/** Returns whether the column's bytes must stand in the part. */
function writeLength(writer: ByteWriter, index: number, stride: number): boolean {
  const length = columnStarts[index + 1]! - columnStarts[index]!
  const distance = length < 3 ? 0 : distanceToEqual(writer.bytes, index, stride)
  writer.varint(distance === 0 ? length : 0)
  if (distance === 0) return true
  writer.varint(distance)
  return false
}

function distanceToEqual(bytes: Uint8Array, index: number, stride: number): number {
  for (let distance = 1; distance <= NEAR_COLUMNS && distance <= index; distance++) {
    if (isEqual(bytes, index, index - distance)) return distance
  }
  return stride <= index && isEqual(bytes, index, index - stride) ? stride : 0
}

function isEqual(bytes: Uint8Array, a: number, b: number): boolean {
  const length = columnStarts[a + 1]! - columnStarts[a]!
  if (columnStarts[b + 1]! - columnStarts[b]! !== length) return false
  const atA = columnStarts[a]!
  const atB = columnStarts[b]!
  for (let i = 0; i < length; i++) if (bytes[atA + i] !== bytes[atB + i]) return false
  return true
}

/** The buffer holds the columns and behind them the head: puts the columns behind the head once more and adds the checksum. */
function assemble(writer: ByteWriter, bodyEnd: number, keptCount: number): Uint8Array<ArrayBuffer> {
  writer.reserve(bodyEnd + CHECKSUM_BYTES)
  const { bytes, view } = writer
  let at = writer.length
  // Columns that follow each other go in one piece; mostly that is all of them.
  for (let from = 0; from < keptCount;) {
    let to = from + 1
    while (to < keptCount && kept[to] === kept[to - 1]! + 1) to++
    const start = columnStarts[kept[from]!]!
    const end = columnStarts[kept[to - 1]! + 1]!
    bytes.copyWithin(at, start, end)
    at += end - start
    from = to
  }
  view.setUint32(at, crc32(bytes.subarray(bodyEnd, at)), true)
  return bytes.subarray(bodyEnd, at + CHECKSUM_BYTES)
}

/** A coded part, opened. @throws PartError where the bytes are damaged */
export class Part implements Chunk {
  readonly set: number
  readonly rows: number
  readonly columns: number
  readonly times: Float64Array
  readonly #reader: ByteReader
  /** Where each column starts. */
  readonly #starts: Uint32Array

  constructor(set: number, bytes: Uint8Array) {
    checkSum(bytes)
    this.set = set
    const reader = new ByteReader(bytes)
    this.#reader = reader
    this.rows = reader.varint()
    this.columns = reader.varint()
    if (this.rows > MAX_ROWS || this.columns > bytes.length) {
      throw new PartError(`a part claims ${this.rows} rows of ${this.columns} columns`)
    }
    this.times = new Float64Array(this.rows)
    readColumn(reader, this.times, 0, this.rows)
    this.#starts = readStarts(reader, this.columns)
  }

  /** About what it takes while it is kept. */
  get memoryBytes(): number {
    return this.#reader.bytes.length + this.times.byteLength + this.#starts.byteLength + 400
  }

  read(column: number, values: Float64Array, at: number): void {
    this.#reader.at = this.#starts[column]!
    readColumn(this.#reader, values, at, this.rows)
  }
}

function checkSum(bytes: Uint8Array): void {
  const end = bytes.length - CHECKSUM_BYTES
  if (end < 3) throw new PartError('a part is too short')
  const stored = new DataView(bytes.buffer, bytes.byteOffset + end, CHECKSUM_BYTES).getUint32(
    0,
    true,
  )
  if (crc32(bytes.subarray(0, end)) !== stored)
    throw new PartError('the checksum of a part is wrong')
}

function readStarts(reader: ByteReader, columns: number): Uint32Array {
  const starts = new Uint32Array(columns)
  let start = 0
  for (let index = 0; index < columns; index++) {
    const length = reader.varint()
    const distance = length === 0 ? reader.varint() : 0
    if (distance > index) throw new PartError('a column refers to one before the first')
    starts[index] = distance > 0 ? starts[index - distance]! : start
    start += length
  }
  for (let index = 0; index < columns; index++) starts[index]! += reader.at
  return starts
}
