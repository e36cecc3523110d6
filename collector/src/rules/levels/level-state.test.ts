import { describe, expect, test } from 'vitest'
import type { LevelTiming } from '../compiled-rule.ts'
import { idleLevel, stepLevel, takeOver } from './level-state.ts'

const MINUTE = 60_000

const TIMING: LevelTiming = {
  severity: 'warning',
  forMs: 0,
  samples: undefined,
  keepMs: 0,
  clearForMs: 0,
  clearSamples: 1,
}

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
    stepLevel(state, { ...TIMING, ...timing }, { raises: step === 'x', holds: step !== '.', atMs })
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
    {
      note: 'fires when enough of the newest samples hold, together or not',
      script: 'x.x.x',
      timing: { samples: { need: 3, of: 5 } },
      seen: 'PPPPF',
    },
    {
      note: 'forgets samples that are no longer among the newest',
      script: 'x...x..x..x',
      timing: { samples: { need: 3, of: 5 } },
      seen: 'PPPPPPPPPPP',
    },
    {
      note: 'stays while enough of the newest samples hold, then ends by clear',
      script: 'xxx......',
      timing: { samples: { need: 3, of: 5 }, clearSamples: 2 },
      seen: 'PPFFFR---',
    },
    {
      note: 'that has ended waits for enough samples anew',
      script: 'xxx...xx.x',
      timing: { samples: { need: 3, of: 4 } },
      seen: 'PPFF--PPPF',
    },
    {
      note: 'stays by the number of clear when too few of the newest samples hold',
      script: 'xxkkkk.',
      timing: { samples: { need: 2, of: 3 } },
      seen: 'PFFFFF-',
    },
    {
      note: 'counts over 32 samples',
      script: `${'x'.repeat(31)}x${'.'.repeat(34)}`,
      timing: { samples: { need: 32, of: 32 } },
      seen: `${'P'.repeat(31)}F${'-'.repeat(34)}`,
    },
    {
      note: 'is kept for a time after its condition last held',
      script: 'x1.1.1.1.',
      timing: { keepMs: 3 * MINUTE },
      seen: 'FRRR-',
    },
    {
      note: 'is kept anew when its condition holds again, and not by the number of clear',
      script: 'x1.1x1k1k1k1k1.',
      timing: { keepMs: 2 * MINUTE },
      seen: 'FRFFFFF-',
    },
    {
      note: 'is kept for as long as both clear and keeping ask',
      script: 'x1.1.1.1.1.',
      timing: { keepMs: 1 * MINUTE, clearForMs: 3 * MINUTE },
      seen: 'FRRR--',
    },
  ])('$note', ({ script, timing = {}, seen }) => {
    expect(play(script, timing)).toBe(seen)
  })

  test('lets go of what another rule in its place does not ask for', () => {
    const state = idleLevel()
    const counting = { ...TIMING, samples: { need: 2, of: 3 } }
    stepLevel(state, counting, { raises: true, holds: true, atMs: 1e12 })
    expect(takeOver(state, counting)).toMatchObject({ history: 1 })
    expect(takeOver(state, TIMING)).toEqual({ ...state, history: 0 })
  })

  test('a sample that comes some milliseconds early is not one too few', () => {
    const state = idleLevel()
    const timing = { ...TIMING, forMs: MINUTE }
    stepLevel(state, timing, { raises: true, holds: true, atMs: 1000 })
    stepLevel(state, timing, { raises: true, holds: true, atMs: 1000 + MINUTE - 300 })
    expect(state.active).toBe(true)
  })
})
