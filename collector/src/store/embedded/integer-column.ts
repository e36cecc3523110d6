import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { readPacked, writePacked } from './packed-numbers.ts'
import { PartError } from './part-error.ts'
import { chooseLevel, chooseDifference, differenceResiduals, levelResiduals } from './prediction.ts'
import type { Prediction } from './prediction.ts'
import { readRice } from './rice-reading.ts'
import { writeRice } from './rice-writing.ts'

/**
 * Whole numbers (up to 2^51) as residuals of a prediction.
 *
 *   y[i] = (integers[i] − base) / 2^shift        shift: low bits that all have in common (pages, sectors)
 *   z[i] = y[i]                                  a level around its mean, which is `base`
 *        | y[i] − y[i−1] − center                a difference around the mean rate `center`; y[−1] = 0
 *   residual[i] = z[i] − ((z[i−1] × weight) >> 3)        z[−1] = 0
 *
 * A level that reverts to its mean has a weight above 0. The residuals, zigzag, go to Rice blocks. Where a step has
 * too many bits the column is wide: plain differences, the lowest bits of each as they are.
 *
 * Header: one byte difference (1 bit), weight (3 bits), shift (4 bits); base and center as signed varints.
 */
const MAX_SHIFT = 15
/** Bound of levels and of steps: products with the weight stay within 31 bits, residuals within 30, so that their zigzag has 31. */
const MAX_NARROW = 2 ** 27
/** Ratio of squares from which on one prediction is the better one without a trial. */
const CLEARLY = 6

const scratch = {
  y: new Int32Array(1024),
  steps: new Int32Array(1024),
  residuals: new Int32Array(1024),
  others: new Int32Array(1024),
}

function scratchOf(count: number): typeof scratch {
  if (scratch.y.length < count) {
    const length = 2 ** Math.ceil(Math.log2(count))
    scratch.y = new Int32Array(length)
    scratch.steps = new Int32Array(length)
    scratch.residuals = new Int32Array(length)
    scratch.others = new Int32Array(length)
  }
  return scratch
}

/** Writes the integers; false, and nothing written, if they must be written wide. */
export function writeNarrow(writer: ByteWriter, integers: Float64Array, count: number): boolean {
  const { y, steps, residuals, others } = scratchOf(count)
  const shift = shiftSteps(integers, count, steps)
  if (shift < 0) return false
  const difference = chooseDifference(steps, count)
  const level = shiftLevels(integers, count, shift, y) ? chooseLevel(y, count) : NO_LEVEL
  let isLevel = level.left * CLEARLY < difference.left
  const isDifference = difference.left * CLEARLY < level.left
  // An outlier can make the wrong one look better by its square: unless it is clear, both are tried.
  const differenceBits = isLevel ? 0 : differenceResiduals(steps, count, difference, residuals)
  const levelBits = isDifference ? 0 : levelResiduals(y, count, level, others)
  if (!isLevel && !isDifference) isLevel = levelBits < differenceBits
  writeHeader(writer, isLevel ? level : difference, isLevel, shift, integers[0]!)
  writeRice(writer, isLevel ? others : residuals, count)
  return true
}

const NO_LEVEL: Prediction = { weight: 0, center: 0, left: Infinity }

function writeHeader(
  writer: ByteWriter,
  { weight, center }: Prediction,
  isLevel: boolean,
  shift: number,
  first: number,
): void {
  const offset = center * 2 ** shift
  writer.byte((isLevel ? 0 : 0x80) | (weight << 4) | shift)
  writer.signed(isLevel ? first + offset : first - offset)
  writer.signed(isLevel ? 0 : center)
}

/** Fills `values` with the integers, divided by `power`. */
export function readNarrow(
  reader: ByteReader,
  values: Float64Array,
  at: number,
  count: number,
  power: number,
): void {
  const { residuals } = scratchOf(count)
  const head = reader.byte()
  const base = reader.signed()
  const center = reader.signed()
  readRice(reader, residuals, count)
  const unit = 2 ** (head & 15)
  const weight = (head >>> 4) & 7
  let z = 0
  if ((head & 0x80) === 0) {
    for (let i = 0; i < count; i++) {
      const zigzag = residuals[i]!
      z = (((zigzag >>> 1) ^ -(zigzag & 1)) + ((z * weight) >> 3)) | 0
      values[at + i] = (base + z * unit) / power
    }
    return
  }
  let y = 0
  for (let i = 0; i < count; i++) {
    const zigzag = residuals[i]!
    z = (((zigzag >>> 1) ^ -(zigzag & 1)) + ((z * weight) >> 3)) | 0
    y += z + center
    values[at + i] = (base + y * unit) / power
  }
}

/** Fills `steps` with the differences, without the low bits that all have as zeros; returns how many bits, −1 if one is too large. */
function shiftSteps(integers: Float64Array, count: number, steps: Int32Array): number {
  let largest = 0
  let bits = 1 << MAX_SHIFT
  let last = integers[0]!
  for (let i = 1; i < count; i++) {
    const next = integers[i]!
    const step = next - last
    // `|` sees the lowest 32 bits of a double, also of one beyond 2^31.
    bits |= step
    const size = step < 0 ? -step : step
    if (size > largest) largest = size
    last = next
  }
  const shift = 31 - Math.clz32(bits & -bits)
  const factor = 2 ** -shift
  if (largest * factor >= MAX_NARROW) return -1
  for (let i = 1; i < count; i++) steps[i] = (integers[i]! - integers[i - 1]!) * factor
  return shift
}

/** Fills `y` with the distances from the first; false if one is too large. */
function shiftLevels(integers: Float64Array, count: number, shift: number, y: Int32Array): boolean {
  const first = integers[0]!
  const factor = 2 ** -shift
  const bound = MAX_NARROW * 2 ** shift
  for (let i = 0; i < count; i++) {
    const distance = integers[i]! - first
    if (distance >= bound || distance <= -bound) return false
    y[i] = distance * factor
  }
  return true
}

/**
 * Writes a few integers quickly, for a part that lives an hour: the first as a signed varint, the others as differences of one width; one byte
 * each for the low bits that all differences have as zeros, and for the width. False, and nothing written, where that has more than 31 bits.
 */
export function writeBrief(writer: ByteWriter, integers: Float64Array, count: number): boolean {
  const { residuals } = scratchOf(count)
  let steps = 0
  let zigzags = 0
  let last = integers[0]!
  for (let i = 1; i < count; i++) {
    const next = integers[i]!
    const step = next - last
    if (step > 0x3fff_ffff || step < -0x3fff_ffff) return false
    const zigzag = (step << 1) ^ (step >> 31)
    residuals[i - 1] = zigzag
    steps |= step
    zigzags |= zigzag
    last = next
  }
  const shift = 31 - Math.clz32(steps & -steps)
  const width = 32 - shift - Math.clz32(zigzags)
  // A zigzag of a negative step ends with ones where the step ends with zeros.
  if (shift > 0)
    for (let i = 0; i < count - 1; i++) residuals[i] = shiftZigzag(residuals[i]!, shift)
  writer.signed(integers[0]!)
  writer.byte(shift)
  writer.byte(width)
  writePacked(writer, residuals, count - 1, width)
  return true
}

function shiftZigzag(zigzag: number, shift: number): number {
  const step = ((zigzag >>> 1) ^ -(zigzag & 1)) >> shift
  return (step << 1) ^ (step >> 31)
}

export function readBrief(
  reader: ByteReader,
  values: Float64Array,
  at: number,
  count: number,
  power: number,
): void {
  const { residuals } = scratchOf(count)
  let integer = reader.signed()
  const shift = reader.byte()
  const width = reader.byte()
  if (width > 31 || shift > 31) throw new PartError('a brief column is wider than it may be')
  readPacked(reader, residuals, count - 1, width)
  const unit = 2 ** shift
  values[at] = integer / power
  for (let i = 1; i < count; i++) {
    const zigzag = residuals[i - 1]!
    integer += ((zigzag >>> 1) ^ -(zigzag & 1)) * unit
    values[at + i] = integer / power
  }
}
