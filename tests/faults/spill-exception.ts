import type { LedgerOfHost } from '../support/ledger-comparison.ts'

/** Younger than this when the agent's process died, a sample may be lost: the spill deadline of 1 s, and the time of the write. */
const SPILL_MS = 2_000
/** In which so many more readings are made, one a second: a process that made fewer was not let run by a busy machine. */
const LATER_READINGS = 2
/** Older than this, all are demanded, however busy the machine was. */
const BUSY_MS = 60_000

/** Answers that the matrix allows to be missing after the agents were killed at these times. */
export function youngerThanSpill(
  killedAtMs: readonly number[],
): NonNullable<LedgerOfHost['mayMiss']> {
  return ({ timeMs }, answers) =>
    killedAtMs.some((at) => {
      if (timeMs > at || timeMs < at - BUSY_MS) return false
      const later = answers.filter((other) => other.timeMs > timeMs && other.timeMs <= at)
      return timeMs > at - SPILL_MS || later.length < LATER_READINGS
    })
}
