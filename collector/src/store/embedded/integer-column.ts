import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { PartError } from './part-error.ts'
import { readRice, writeRice } from './rice-blocks.ts'

/**
 * Whole numbers (up to 2^51) as residuals of a prediction.
 *
 *   y[i] = (integers[i] − base) / 2^shift        shift: low bits that all have in common (pages, sectors)
 *   z[i] = y[i]                                  a level around its mean, which is `base`
 *        | y[i] − y[i−1] − center                a difference around the mean rate `center`; y[−1] = 0
 *   residual[i] = z[i] − ((z[i−1] × weight) >> 3)        z[−1] = 0
 *
 * A level that reverts to its mean has a weight above 0. The residuals, zigzag, go to Rice blocks. Where a number is too far from the
 * others for 31 bits the column is wide: plain differences, the lowest bits of each as they are.
 *
 * Header: one byte difference (1 bit), weight (3 bits), shift (4 bits); base and center as signed varints.
 */
const MAX_SHIFT = 15
/** Range of y: residuals stay below 2^30, so that their zigzag has 31 bits. */
const MAX_NARROW = 2 ** 28
/** Range of y: products with the weight stay within 31 bits. */
const MAX_WEIGHTED = 2 ** 26

const scratch = {
  y: new Float64Array(1024),
  residuals: new Int32Array(1024),
  plain: new Int32Array(1024),
}

function scratchOf(count: number): typeof scratch {
  if (scratch.y.length < count) {
    const length = 2 ** Math.ceil(Math.log2(count))
    scratch.y = new Float64Array(length)
    scratch.residuals = new Int32Array(length)
    scratch.plain = new Int32Array(length)
  }
  return scratch
}

interface Prediction {
  readonly difference: boolean
  /** In eighths. */
  readonly weight: number
  readonly center: number
  /** Sum of the squared residuals, about. */
  readonly left: number
}

/** Writes the integers; false, and nothing written, if they must be written wide. */
export function writeNarrow(writer: ByteWriter, integers: Float64Array, count: number): boolean {
  const { y, residuals } = scratchOf(count)
  const shift = commonShift(integers, count)
  const range = shiftDown(integers, count, shift, y)
  if (range >= MAX_NARROW) return false
  const level = predict(y, count, false)
  const difference = predict(y, count, true)
  const chosen = difference.left < level.left ? difference : level
  const weight = range < MAX_WEIGHTED ? chosen.weight : 0
  const offset = chosen.center * 2 ** shift
  writer.byte((chosen.difference ? 0x80 : 0) | (weight << 4) | shift)
  writer.signed(integers[0]! + (chosen.difference ? -offset : offset))
  writer.signed(chosen.difference ? chosen.center : 0)
  if (chosen.difference) differenceResiduals(y, count, chosen.center, weight, residuals)
  else levelResiduals(y, count, chosen.center, weight, residuals)
  writeRice(writer, residuals, count)
  return true
}

export function readNarrow(reader: ByteReader, integers: Float64Array, count: number): void {
  const { residuals } = scratchOf(count)
  const head = reader.byte()
  const base = reader.signed()
  const center = reader.signed()
  readRice(reader, residuals, count)
  const unit = 2 ** (head & 15)
  const weight = (head >>> 4) & 7
  if ((head & 0x80) === 0) restoreLevels(residuals, count, base, unit, weight, integers)
  else restoreDifferences(residuals, count, base, center, unit, weight, integers)
}

function restoreLevels(
  residuals: Int32Array,
  count: number,
  base: number,
  unit: number,
  weight: number,
  integers: Float64Array,
): void {
  let z = 0
  for (let i = 0; i < count; i++) {
    const zigzag = residuals[i]!
    z = (((zigzag >>> 1) ^ -(zigzag & 1)) + ((z * weight) >> 3)) | 0
    integers[i] = base + z * unit
  }
}

function restoreDifferences(
  residuals: Int32Array,
  count: number,
  base: number,
  center: number,
  unit: number,
  weight: number,
  integers: Float64Array,
): void {
  let z = 0
  let y = 0
  for (let i = 0; i < count; i++) {
    const zigzag = residuals[i]!
    z = (((zigzag >>> 1) ^ -(zigzag & 1)) + ((z * weight) >> 3)) | 0
    y += z + center
    integers[i] = base + y * unit
  }
}

/** How many low bits all differences from the first have as zeros. */
function commonShift(integers: Float64Array, count: number): number {
  const first = integers[0]!
  let bits = 1 << MAX_SHIFT
  // `|` sees the lowest 32 bits of a double, also of one beyond 2^31.
  for (let i = 1; i < count; i++) bits |= integers[i]! - first
  return 31 - Math.clz32(bits & -bits)
}

/** Fills y with the shifted distances from the first and returns the largest. */
function shiftDown(integers: Float64Array, count: number, shift: number, y: Float64Array): number {
  const first = integers[0]!
  const factor = 2 ** -shift
  let low = 0
  let high = 0
  for (let i = 0; i < count; i++) {
    const value = (integers[i]! - first) * factor
    y[i] = value
    if (value < low) low = value
    if (value > high) high = value
  }
  return high - low
}

/** What would be left after predicting from the level or from the difference, and how. */
function predict(y: Float64Array, count: number, difference: boolean): Prediction {
  const from = difference ? 1 : 0
  let sum = y[count - 1]!
  if (!difference) for (let i = 0; i < count - 1; i++) sum += y[i]!
  const center = Math.round(sum / Math.max(1, count - from))
  let variance = 0
  let covariance = 0
  let previous = 0
  let last = difference ? y[0]! : 0
  for (let i = from; i < count; i++) {
    const z = y[i]! - last - center
    if (difference) last = y[i]!
    variance += z * z
    covariance += z * previous
    previous = z
  }
  const correlation = variance === 0 ? 0 : covariance / variance
  const weight = Math.max(0, Math.min(7, Math.round(correlation * 8)))
  const share = weight / 8
  return {
    difference,
    weight,
    center,
    left: variance * (1 + share * share) - 2 * share * covariance,
  }
}

function levelResiduals(
  y: Float64Array,
  count: number,
  center: number,
  weight: number,
  residuals: Int32Array,
): void {
  let previous = 0
  for (let i = 0; i < count; i++) {
    const z = y[i]! - center
    const residual = z - ((previous * weight) >> 3)
    residuals[i] = (residual << 1) ^ (residual >> 31)
    previous = z
  }
}

function differenceResiduals(
  y: Float64Array,
  count: number,
  center: number,
  weight: number,
  residuals: Int32Array,
): void {
  let previous = 0
  let last = y[0]!
  residuals[0] = 0
  for (let i = 1; i < count; i++) {
    const z = y[i]! - last - center
    const residual = z - ((previous * weight) >> 3)
    residuals[i] = (residual << 1) ^ (residual >> 31)
    last = y[i]!
    previous = z
  }
}

/** Writes integers of any distance from each other: differences, their lowest bits plain. */
export function writeWide(writer: ByteWriter, integers: Float64Array, count: number): void {
  const { y, residuals, plain } = scratchOf(count)
  let largest = 0
  for (let i = 1; i < count; i++) {
    const step = integers[i]! - integers[i - 1]!
    y[i] = step < 0 ? -2 * step - 1 : 2 * step
    largest = Math.max(largest, y[i]!)
  }
  let bits = 0
  while (largest / 2 ** bits >= 2 ** 31) bits++
  const unit = 2 ** bits
  residuals[0] = 0
  plain[0] = 0
  for (let i = 1; i < count; i++) {
    residuals[i] = Math.floor(y[i]! / unit)
    plain[i] = y[i]! % unit
  }
  writer.byte(bits)
  writer.signed(integers[0]!)
  writePlain(writer, plain, count, bits)
  writeRice(writer, residuals, count)
}

export function readWide(reader: ByteReader, integers: Float64Array, count: number): void {
  const { residuals, plain } = scratchOf(count)
  const bits = reader.byte()
  if (bits > 24) throw new PartError('a wide column has more plain bits than it may')
  let value = reader.signed()
  readPlain(reader, plain, count, bits)
  readRice(reader, residuals, count)
  const unit = 2 ** bits
  for (let i = 0; i < count; i++) {
    const zigzag = residuals[i]! * unit + plain[i]!
    value += zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2
    integers[i] = value
  }
}

/** The plain bits of each number in whole bytes, lowest first: such columns are few. */
function writePlain(writer: ByteWriter, plain: Int32Array, count: number, bits: number): void {
  for (let shift = 0; shift < bits; shift += 8) {
    for (let i = 0; i < count; i++) writer.byte((plain[i]! >>> shift) & 0xff)
  }
}

function readPlain(reader: ByteReader, plain: Int32Array, count: number, bits: number): void {
  plain.fill(0, 0, count)
  for (let shift = 0; shift < bits; shift += 8) {
    for (let i = 0; i < count; i++) plain[i] = plain[i]! | (reader.byte() << shift)
  }
}
