import { makeScratchDirectory, runTruncationTrials } from '@wardround/journal/testing'
import type { FaultRow } from '../fault-row.ts'

/** The length of the segment in KB: it is cut at every byte. */
const SHORT_KB = 16
const FULL_KB = 64

/** Outbox and journal are opened on a newest segment that ends anywhere; all records that end before the cut are there, and no other. */
export const row: FaultRow = {
  id: 'R10a',
  title: 'the newest segment cut at every byte',
  shortTrials: SHORT_KB,
  fullTrials: FULL_KB,
  async run({ trials, log }) {
    using scratch = makeScratchDirectory('memory')
    const result = await runTruncationTrials(scratch.path, trials * 1024)
    log(`${result.trials} starts, longest ${result.measured['longestOpenMs']} ms`)
    // The last record that fits leaves less than a record's length free.
    if (result.trials >= (trials - 1) * 1024) return result
    const few = `${result.trials} cuts of a segment of ${trials} KB: not every byte was tried`
    return { ...result, violations: [...result.violations, few] }
  },
}
