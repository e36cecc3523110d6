import { test } from 'vitest'
import { runModelTrials } from './testing/model-trials.ts'

test('a journal does what a list does, through failures, crashes and damage', async () => {
  await runModelTrials({ trials: 400, seed: 20_261_122 })
})
