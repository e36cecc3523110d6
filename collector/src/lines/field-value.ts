import { COMMA, DOT, MINUS, NEWLINE, NINE, RETURN, SPACE, ZERO } from './bytes.ts'

const LETTER_I = 0x69
const LETTER_U = 0x75
const LETTER_E = 0x65
/** A sum of so many digits is exact as a double, and so are these powers: the quotient of both is rounded once. */
const EXACT_DIGITS = 15
const POWERS = Float64Array.from({ length: 23 }, (_, power) => 10 ** power)
/** Of an int64 or uint64. */
const MAX_INTEGER_DIGITS = 20
const MAX_INT64 = 2n ** 63n
const MAX_UINT64 = 2n ** 64n - 1n

/** What is no number, as the place behind it. */
export const NO_NUMBER = -1

/** Whether a field's value ends before this byte; undefined at the end of all. */
export function endsValue(byte: number | undefined): boolean {
  return (
    byte === COMMA || byte === SPACE || byte === NEWLINE || byte === undefined || byte === RETURN
  )
}

/** Whether a value that begins so is a number, or nothing. */
export function beginsNumber(byte: number): boolean {
  return (byte >= ZERO && byte <= NINE) || byte === MINUS || byte === DOT
}

/**
 * Reads a number, float or integer (`12i`, `12u`), into `values[place]`, rounded to the nearest double. Returns where it ends, or NO_NUMBER: not one,
 * or one that is not finite or no 64-bit integer.
 */
export function readNumber(
  bytes: Uint8Array,
  from: number,
  values: Float64Array,
  place: number,
): number {
  let at = from
  let byte = bytes[at]!
  const isNegative = byte === MINUS
  if (isNegative) byte = bytes[++at]!
  const first = at
  let mantissa = 0
  while (byte >= ZERO && byte <= NINE) {
    mantissa = mantissa * 10 + (byte - ZERO)
    byte = bytes[++at]!
  }
  let digits = at - first
  let decimals = 0
  if (byte === DOT) {
    const dot = at
    byte = bytes[++at]!
    while (byte >= ZERO && byte <= NINE) {
      mantissa = mantissa * 10 + (byte - ZERO)
      byte = bytes[++at]!
    }
    decimals = at - dot - 1
    digits += decimals
  } else if (byte === LETTER_I || byte === LETTER_U) {
    if (digits === 0 || !endsValue(bytes[at + 1])) return NO_NUMBER
    if (digits > EXACT_DIGITS) return readLongInteger(bytes, from, at, values, place)
    if (isNegative && byte === LETTER_U) return NO_NUMBER
    values[place] = isNegative ? -mantissa : mantissa
    return at + 1
  }
  if (digits === 0) return NO_NUMBER
  if (digits > EXACT_DIGITS || !endsValue(byte)) return readLong(bytes, from, at, values, place)
  values[place] = (isNegative ? -mantissa : mantissa) / POWERS[decimals]!
  return at
}

/** An integer of many digits, whose letter stands at `to`. */
function readLongInteger(
  bytes: Uint8Array,
  from: number,
  to: number,
  values: Float64Array,
  place: number,
): number {
  if (to - from > MAX_INTEGER_DIGITS) return NO_NUMBER
  const exact = BigInt(asciiOf(bytes, from, to))
  const isUnsigned = bytes[to] === LETTER_U
  const [least, most] = isUnsigned ? [0n, MAX_UINT64] : [-MAX_INT64, MAX_INT64 - 1n]
  if (exact < least || exact > most) return NO_NUMBER
  values[place] = Number(exact)
  return to + 1
}

/** A number with an exponent, or with many digits. */
function readLong(
  bytes: Uint8Array,
  from: number,
  seen: number,
  values: Float64Array,
  place: number,
): number {
  let to = seen
  while (!endsValue(bytes[to]) && to - from < 400) to++
  const text = asciiOf(bytes, from, to)
  const lower = (bytes[seen]! | 0x20) === LETTER_E || to === seen
  if (!lower || !endsValue(bytes[to]) || !/^-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text))
    return NO_NUMBER
  const value = Number(text)
  if (!Number.isFinite(value)) return NO_NUMBER
  values[place] = value
  return to
}

function asciiOf(bytes: Uint8Array, from: number, to: number): string {
  let text = ''
  for (let at = from; at < to; at++) text += String.fromCharCode(bytes[at]!)
  return text
}

const BOOLEANS: Readonly<Record<string, number>> = {
  t: 1,
  T: 1,
  true: 1,
  True: 1,
  TRUE: 1,
  f: 0,
  F: 0,
  false: 0,
  False: 0,
  FALSE: 0,
}
const LONGEST_BOOLEAN = 5

/** Reads a boolean as 1 or 0 into `values[place]`. Returns where it ends, or NO_NUMBER. */
export function readBoolean(
  bytes: Uint8Array,
  from: number,
  values: Float64Array,
  place: number,
): number {
  let to = from
  while (!endsValue(bytes[to]) && to - from <= LONGEST_BOOLEAN) to++
  const text = asciiOf(bytes, from, to)
  const value = Object.hasOwn(BOOLEANS, text) ? BOOLEANS[text] : undefined
  if (value === undefined || !endsValue(bytes[to])) return NO_NUMBER
  values[place] = value
  return to
}
