import { expect, test } from 'vitest'
import { runCrashTrials } from './testing/crash-trials.ts'

test('a crash at any step of appending, releasing and dropping loses nothing acknowledged and hinders no start', async () => {
  const result = await runCrashTrials({ imagesPerCall: 2, seed: 20_261_122 })
  expect(result).toMatchObject({ lost: 0, duplicated: 0, violations: [] })
  expect(result.trials).toBeGreaterThan(1000)
})
