import { describe, expect, test } from 'vitest'
import { idleLevel, stepLevel } from './level-state.ts'

const MINUTE = 60_000

/** What each sample says: x the condition holds, k it holds only with the number of clear, . neither; a digit is minutes of waiting first. */
function play(script: string, timing: Partial<Parameters<typeof stepLevel>[1]>): string {
  const state = idleLevel()
  let atMs = 1e12
  let seen = ''
  for (const step of script) {
    if (/\d/.test(step)) {
      atMs += Number(step) * MINUTE
      continue
    }
    stepLevel(
      state,
      { severity: 'warning', forMs: 0, clearForMs: 0, clearSamples: 1, ...timing },
      { raises: step === 'x', holds: step !== '.', atMs },
    )
    seen += state.active
      ? state.clearAtMs === undefined
        ? 'F'
        : 'R'
      : state.raisedAtMs
        ? 'P'
        : '-'
  }
  return seen
}

describe('one severity of an alert', () => {
  test.each([
    { note: 'fires at once without for, ends at once without clear', script: 'x.x.', seen: 'F-F-' },
    {
      note: 'is pending until for is over',
      script: 'x1x1x1x',
      timing: { forMs: 3 * MINUTE },
      seen: 'PPPF',
    },
    {
      note: 'starts waiting anew after one sample that does not hold',
      script: 'x1x1.1x1x1x1x',
      timing: { forMs: 3 * MINUTE },
      seen: 'PP-PPPF',
    },
    {
      note: 'does not start by the number of clear alone',
      script: 'kkk',
      seen: '---',
    },
    {
      note: 'stays while the value is between its number and that of clear',
      script: 'xkkk.',
      seen: 'FFFF-',
    },
    {
      note: 'resolves after clear has lasted, and not if it comes back meanwhile',
      script: 'x1.1.1k1.1.1.1.',
      timing: { clearForMs: 2 * MINUTE },
      seen: 'FRRFRR--',
    },
    {
      note: 'counts good samples in a row',
      script: 'x.x..',
      timing: { clearSamples: 2 },
      seen: 'FRFR-',
    },
  ])('$note', ({ script, timing = {}, seen }) => {
    expect(play(script, timing)).toBe(seen)
  })

  test('a sample that comes some milliseconds early is not one too few', () => {
    const state = idleLevel()
    const timing = { severity: 'warning', forMs: MINUTE, clearForMs: 0, clearSamples: 1 } as const
    stepLevel(state, timing, { raises: true, holds: true, atMs: 1000 })
    stepLevel(state, timing, { raises: true, holds: true, atMs: 1000 + MINUTE - 300 })
    expect(state.active).toBe(true)
  })
})
