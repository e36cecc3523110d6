/**
 * How doubles become small integers: value = whole number ÷ SCALES[code]. A code is used for a value only where the way there and
 * back gives the same bits, so nothing is ever rounded. Codes are wire values: only append, never reorder.
 *
 * 1, 10, 100, 1000: values rounded to so many decimals. 1/512, 1/1024, 1/4096: sectors, /proc's kB and pages, counted in bytes.
 */
const SCALES = new Float64Array([1, 10, 100, 1000, 1 / 512, 1 / 1024, 1 / 4096])

/** Code of a double that is written as its 8 bytes. As a divisor it is 1, so that one formula serves every code. */
export const RAW = 7

/** SCALES, and 1 for RAW. */
export const DIVISORS = new Float64Array([...SCALES, 1])

/** Scaled integers stay below 2^51, their differences below 2^52, and those zig-zagged below 2^53: all exact. */
export const MAX_SCALED = 2 ** 51

/** Codes from coarse to fine, in the order in which a series gives up one for the next. */
const COARSE_TO_FINE = [6, 5, 4, 0, 1, 2, 3] as const

/** Whether a value survives a scale bit for bit. */
export function fitsScale(value: number, code: number): boolean {
  const divisor = SCALES[code]!
  const scaled = Math.round(value * divisor)
  return (
    scaled / divisor === value &&
    scaled < MAX_SCALED &&
    scaled > -MAX_SCALED &&
    (value !== 0 || 1 / value > 0)
  )
}

/** The scale to go on with for a value that does not fit `current`: the next finer one that holds it, else any, else RAW. */
export function nextScale(value: number, current: number): number {
  if (current === RAW) return leaveRaw(value)
  const start = COARSE_TO_FINE.findIndex((code) => code === current) + 1
  for (let i = 0; i < COARSE_TO_FINE.length; i++) {
    const code = COARSE_TO_FINE[(start + i) % COARSE_TO_FINE.length]!
    if (fitsScale(value, code)) return code
  }
  return RAW
}

/** The coarsest of 4096, 1024 and 512 that divides both (whole numbers below 2^53); 0 (ones) if none does. */
export function coarserScale(value: number, before: number): number {
  // The lowest 32 bits of a whole number survive `|`.
  const low = value | before
  if ((low & 511) !== 0) return 0
  return (low & 4095) === 0 ? 6 : (low & 1023) === 0 ? 5 : 4
}

/** A series of raw doubles mostly stays one: two questions, not seven. */
function leaveRaw(value: number): number {
  if (fitsScale(value, 0)) return 0
  if (!fitsScale(value, 3)) return RAW
  return fitsScale(value, 1) ? 1 : fitsScale(value, 2) ? 2 : 3
}
