/** Rounds a value to its declared precision; −0 becomes 0. */
export type Rounding = (value: number) => number

/**
 * The rounding for a precision such as 0.01 or 1. The result is the double nearest to the decimal number
 * (12.34, not 12.340000000000002): the codec's short form depends on it (design D2).
 */
export function roundingTo(precision: number): Rounding {
  if (!(precision > 0)) return (value) => value + 0
  if (precision === 1) return (value) => Math.round(value) + 0
  if (precision > 1) return (value) => Math.round(value / precision) * precision + 0
  const steps = Math.round(1 / precision)
  return (value) => {
    const scaled = value * steps
    // beyond 2^53 there is nothing behind the point to round, and scaling may overflow
    return Math.abs(scaled) < Number.MAX_SAFE_INTEGER ? Math.round(scaled) / steps + 0 : value
  }
}
