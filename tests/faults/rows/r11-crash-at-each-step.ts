import { FAIL_POINTS } from '@wardround/journal'
import { makeScratchDirectory, runCrashTrials, runKillTrials } from '@wardround/journal/testing'
import type { FaultRow } from '../fault-row.ts'

/**
 * The owner of a journal dies before, within and after each call that it makes of its files: appending, closing, releasing and deleting segments, at a start. Then
 * a real process dies at each named fail-point, and at random moments.
 */
export const row: FaultRow = {
  id: 'R11',
  title: 'a crash at each step of writing, releasing and deleting segments',
  shortTrials: 3,
  fullTrials: 100,
  async run({ trials, seed, log }) {
    const steps = await runCrashTrials({ imagesPerCall: 0, seed })
    log(`${steps.trials} starts after a death at a step`)
    using scratch = makeScratchDirectory('disk')
    const kills = await runKillTrials(scratch.path, { trials, seed, failPoints: FAIL_POINTS })
    log(`${kills.trials} processes killed`)
    return {
      trials: steps.trials + kills.trials,
      expected: steps.expected + kills.expected,
      lost: steps.lost + kills.lost,
      duplicated: steps.duplicated + kills.duplicated,
      violations: [...steps.violations, ...kills.violations],
      measured: { steps: steps.trials, kills: kills.trials },
    }
  },
}
