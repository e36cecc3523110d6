/** Powers of ten by which values may have been divided: agents round what they derive to a decimal step (0.01, 0.001). */
const POWERS = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000] as const
export const MAX_DECIMALS = POWERS.length - 1

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
  let decimals = 0
  let power = 1
  for (let i = 0; i < count; i++) {
    const value = values[i]!
    let integer = Math.round(value * power)
    while (integer / power !== value || integer > MAX_INTEGER || integer < -MAX_INTEGER) {
      if (decimals === MAX_DECIMALS) return -1
      decimals++
      power = POWERS[decimals]!
      // An earlier value is the double nearest to its decimal, whatever zeros that ends with.
      for (let j = 0; j < i; j++) integers[j] = integers[j]! * 10
      integer = Math.round(value * power)
    }
    if (integer === 0 && Object.is(value, -0)) return -1
    integers[i] = integer
  }
  for (let i = 0; i < count; i++) if (Math.abs(integers[i]!) > MAX_INTEGER) return -1
  return decimals
}
