import type { LedgerOfHost } from '../support/ledger-comparison.ts'

/** A `kill -9` of the agents. */
export interface AgentsKilled {
  readonly atMs: number
  /** How long their start after it took: how busy the machine was. */
  readonly startMs: number
}

/** Younger than this when the agent's process died, a sample may be lost: the spill deadline of 1 s, and the time of the write. */
const SPILL_MS = 2_000
/** What a start takes on a machine that is not busy; on one that takes so many times as long, spilling may too. */
const QUIET_START_MS = 1_200
/** In the time of a spill so many more readings are made, one a second: a process that made fewer was not let run. */
const LATER_READINGS = 2
/** Older than this, all are demanded, however busy the machine was. */
const BUSY_MS = 60_000

/** Answers that the matrix allows to be missing after the agents were killed at these times. */
export function youngerThanSpill(
  kills: readonly AgentsKilled[],
): NonNullable<LedgerOfHost['mayMiss']> {
  return ({ timeMs }, answers) =>
    kills.some(({ atMs, startMs }) => {
      if (timeMs > atMs || timeMs < atMs - BUSY_MS) return false
      const spillMs = SPILL_MS * Math.max(1, startMs / QUIET_START_MS)
      const later = answers.filter((other) => other.timeMs > timeMs && other.timeMs <= atMs)
      return timeMs > atMs - spillMs || later.length < LATER_READINGS
    })
}
