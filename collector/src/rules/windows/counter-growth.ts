const RANGE_32 = 2 ** 32
const QUARTER_32 = 2 ** 30

/**
 * What a counter grew by from one reading to the next. A fall is a reset: it grew by its new value. One that goes round at 2^32 and fell from the
 * last quarter of that range into the first went round.
 */
export function counterGrowth(before: number, now: number, bits: 32 | undefined): number {
  if (now >= before) return now - before
  const wentRound =
    bits === 32 && before < RANGE_32 && before >= RANGE_32 - QUARTER_32 && now < QUARTER_32
  return wentRound ? now - before + RANGE_32 : now
}
