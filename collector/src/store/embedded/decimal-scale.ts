/** Powers of ten by which values may have been divided: agents round what they derive to a decimal step (0.01, 0.001). */
const POWERS = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000] as const
const MAX_DECIMALS = POWERS.length - 1

/** Differences of differences of numbers up to this stay exact integers. */
const MAX_INTEGER = 2 ** 51

export function powerOfTen(decimals: number): number {
  return POWERS[decimals]!
}

/**
 * Writes the whole numbers r with values[i] === r / 10^decimals, bit for bit, and returns the smallest such `decimals`;
 * −1 if there is none (other doubles, −0, numbers beyond 2^51).
 */
export function toScaledIntegers(
  values: Float64Array,
  count: number,
  integers: Float64Array,
): number {
  const whole = takeWhole(values, count, integers)
  if (whole === count) return 0
  let decimals = 1
  for (;;) {
    const taken = takeScaled(values, count, integers, POWERS[decimals]!)
    if (taken === count) return decimals
    if (decimals === MAX_DECIMALS) return -1
    decimals++
  }
}

/** Takes values as long as they are whole; how many. */
function takeWhole(values: Float64Array, count: number, integers: Float64Array): number {
  for (let i = 0; i < count; i++) {
    const value = values[i]!
    if (value !== Math.floor(value) || value > MAX_INTEGER || value < -MAX_INTEGER) return i
    if (value === 0 && 1 / value < 0) return i
    integers[i] = value
  }
  return count
}

function takeScaled(
  values: Float64Array,
  count: number,
  integers: Float64Array,
  power: number,
): number {
  for (let i = 0; i < count; i++) {
    const value = values[i]!
    const integer = Math.floor(value * power + 0.5)
    if (integer / power !== value || integer > MAX_INTEGER || integer < -MAX_INTEGER) return i
    if (value === 0 && 1 / value < 0) return i
    integers[i] = integer
  }
  return count
}
