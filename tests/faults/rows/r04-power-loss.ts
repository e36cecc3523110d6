import { runCrashTrials } from '@wardround/journal/testing'
import type { FaultRow } from '../fault-row.ts'

/** Disks left by each call: the full form makes more than 2,000 images. */
const SHORT_IMAGES = 1

/**
 * Agent and collector keep what they promised in the same journal, so its images stand for both: the power goes before, within and after each single
 * call of the file layer, of what was not synced a random part stays (whole writes, single sectors, names), and the next start is interrupted likewise.
 */
export const row: FaultRow = {
  id: 'R4',
  title: 'power loss at every call of the file layer, unsynced writes dropped or torn',
  shortTrials: SHORT_IMAGES,
  fullTrials: 8,
  async run({ trials, seed, log }) {
    const result = await runCrashTrials({ imagesPerCall: trials, seed })
    log(`${result.trials} starts on crash images`)
    return result
  },
}
