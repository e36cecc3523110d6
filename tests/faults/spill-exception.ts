import type { LedgerOfHost } from '../support/ledger-comparison.ts'

/** Younger than this when the agent's process died, a sample may be lost: the spill deadline of 1 s, and the time of the write. */
const SPILL_MS = 2_000

/** Answers that the matrix allows to be missing after the agents were killed at these times. */
export function youngerThanSpill(
  killedAtMs: readonly number[],
): NonNullable<LedgerOfHost['mayMiss']> {
  return ({ timeMs }) => killedAtMs.some((at) => timeMs > at - SPILL_MS && timeMs <= at)
}
