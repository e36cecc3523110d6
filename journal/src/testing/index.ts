export { runBitFlipTrials, runTruncationTrials } from './damage-trials.ts'
export type { TrialResult } from './damage-trials.ts'
export { makeScratchDirectory } from './scratch-directory.ts'
export type { ScratchDirectory } from './scratch-directory.ts'
