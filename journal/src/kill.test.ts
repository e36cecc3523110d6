import { expect, test } from 'vitest'
import { runKillTrials } from './testing/kill-trials.ts'
import { makeScratchDirectory } from './testing/scratch-directory.ts'

test('a process killed while it appends and releases loses nothing that it said was durable', async () => {
  using scratch = makeScratchDirectory('disk')
  const result = await runKillTrials(scratch.path, {
    trials: 5,
    seed: 20_261_122,
    failPoints: ['segment.listed', 'segment.written', 'delete.before', 'delete.unlinked'],
  })
  expect(result).toMatchObject({ trials: 9, lost: 0, duplicated: 0, violations: [] })
  expect(result.expected).toBeGreaterThan(100)
})
