import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { powerOfTen, toScaledIntegers } from './decimal-scale.ts'
import { readBrief, readNarrow, writeBrief, writeNarrow } from './integer-column.ts'
import { PartError } from './part-error.ts'
import { readWide, writeWide } from './wide-column.ts'
import { readXor, writeXor } from './xor-column.ts'

/**
 * The values of one series in one part, one per row; NaN = no value in this row (a sample is never NaN). Any double
 * comes back bit for bit.
 *
 * First byte: mode (low 3 bits), decimals (next 3 bits), partial (highest bit: runs of present and absent rows follow, as varints
 * in turn, beginning with present, until all rows are named). Then what the mode says.
 */
const MODE = {
  /** No row has a value. */
  none: 0,
  /** One decimal in every row: a signed varint. */
  constant: 1,
  narrow: 2,
  wide: 3,
  xor: 4,
  brief: 5,
  /** One double in every row. */
  repeated: 6,
} as const
const PARTIAL = 0x80

const scratch = { present: new Float64Array(1024), integers: new Float64Array(1024) }

function scratchOf(rows: number): typeof scratch {
  if (scratch.present.length < rows) {
    const length = 2 ** Math.ceil(Math.log2(rows))
    scratch.present = new Float64Array(length)
    scratch.integers = new Float64Array(length)
  }
  return scratch
}

/** small: as few bytes as there may be; brief: quickly, for few rows. */
export type Effort = 'small' | 'brief'

/** Writes `rows` of `values`, from `at` on; returns how many decimals they have, −1 where that can't be said. */
export function writeColumn(
  writer: ByteWriter,
  values: Float64Array,
  at: number,
  rows: number,
  effort: Effort,
): number {
  if (isRepeated(values, at, rows)) return writeRepeated(writer, values[at]!)
  const { present, integers } = scratchOf(rows)
  let count = 0
  for (let row = at; row < at + rows; row++) {
    const value = values[row]!
    if (!Number.isNaN(value)) present[count++] = value
  }
  if (count === 0) {
    writer.byte(MODE.none)
    return 0
  }
  const start = writer.length
  writer.byte(0)
  if (count < rows) writeRuns(writer, values, at, rows)
  const decimals = toScaledIntegers(present, count, integers)
  let mode: number = MODE.xor
  if (decimals < 0) writeXor(writer, present, count)
  else mode = writeIntegers(writer, integers, count, effort) | (decimals << 3)
  writer.bytes[start] = mode | (count < rows ? PARTIAL : 0)
  return decimals
}

/** Whether all rows have the same value, bit for bit: as half of a host's series have for hours. */
export function isRepeated(values: Float64Array, at: number, rows: number): boolean {
  const first = values[at]!
  for (let row = at + 1; row < at + rows; row++) if (values[row] !== first) return false
  // NaN is not even equal to itself, 0 is to −0.
  if (first !== 0) return !Number.isNaN(first)
  for (let row = at + 1; row < at + rows; row++) if (1 / values[row]! !== 1 / first) return false
  return true
}

function writeRepeated(writer: ByteWriter, value: number): number {
  single[0] = value
  const decimals = toScaledIntegers(single, 1, single)
  writer.byte(decimals < 0 ? MODE.repeated : MODE.constant | (decimals << 3))
  if (decimals < 0) writer.double(value)
  else writer.signed(single[0])
  return decimals
}

const single = new Float64Array(1)

/** Returns the mode. */
function writeIntegers(
  writer: ByteWriter,
  integers: Float64Array,
  count: number,
  effort: Effort,
): number {
  if (isConstant(integers, count)) {
    writer.signed(integers[0]!)
    return MODE.constant
  }
  if (effort === 'brief' && writeBrief(writer, integers, count)) return MODE.brief
  if (writeNarrow(writer, integers, count)) return MODE.narrow
  writeWide(writer, integers, count)
  return MODE.wide
}

function isConstant(integers: Float64Array, count: number): boolean {
  const first = integers[0]!
  for (let i = 1; i < count; i++) if (integers[i] !== first) return false
  return true
}

/** Fills `rows` of `values`, from `at` on. */
export function readColumn(
  reader: ByteReader,
  values: Float64Array,
  at: number,
  rows: number,
): void {
  const head = reader.byte()
  const mode = head & 7
  if (mode === MODE.none) {
    values.fill(Number.NaN, at, at + rows)
  } else if ((head & PARTIAL) === 0) {
    readPresent(reader, head, values, at, rows)
  } else {
    const { present } = scratchOf(rows)
    const count = readRuns(reader, values, at, rows)
    readPresent(reader, head, present, 0, count)
    let next = 0
    for (let row = at; row < at + rows; row++) {
      if (!Number.isNaN(values[row]!)) values[row] = present[next++]!
    }
  }
}

function readPresent(
  reader: ByteReader,
  head: number,
  values: Float64Array,
  at: number,
  count: number,
): void {
  const power = powerOfTen((head >>> 3) & 7)
  const mode = head & 7
  if (mode === MODE.narrow) readNarrow(reader, values, at, count, power)
  else if (mode === MODE.constant) fill(values, at, count, reader.signed() / power)
  else if (mode === MODE.brief) readBrief(reader, values, at, count, power)
  else if (mode === MODE.wide) readWide(reader, values, at, count, power)
  else if (mode === MODE.xor) readXor(reader, values, at, count)
  else if (mode === MODE.repeated) fill(values, at, count, reader.double())
  else throw new PartError(`a column is coded in mode ${mode}, which doesn't exist`)
}

/** For a few rows faster than the built-in. */
function fill(values: Float64Array, at: number, count: number, value: number): void {
  for (let row = at; row < at + count; row++) values[row] = value
}

function writeRuns(writer: ByteWriter, values: Float64Array, at: number, rows: number): void {
  let present = true
  let from = 0
  for (let row = 0; row < rows; row++) {
    if (!Number.isNaN(values[at + row]!) === present) continue
    writer.varint(row - from)
    from = row
    present = !present
  }
  writer.varint(rows - from)
}

/** Fills `values` with 0 where a row has a value and NaN where not; returns how many have one. */
function readRuns(reader: ByteReader, values: Float64Array, at: number, rows: number): number {
  let count = 0
  let from = 0
  for (let present = true; from < rows; present = !present) {
    const to = from + reader.varint()
    if (to > rows) throw new PartError('a column names more rows than its part has')
    values.fill(present ? 0 : Number.NaN, at + from, at + to)
    if (present) count += to - from
    from = to
  }
  return count
}
