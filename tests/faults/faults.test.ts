import { describe, expect, test } from 'vitest'
import { FAULT_ROWS } from './fault-rows.ts'

const SEED = 20_261_122
/** A bound for liveness: ten times what the slowest row takes. */
const DEADLINE_MS = 600_000

/** The short form of every row: fewer trials, the product's deadlines shortened by configuration. Losses and duplicates are exact. */
describe.each(FAULT_ROWS)('$id $title', (row) => {
  test(`holds in ${row.shortTrials} trials`, { timeout: DEADLINE_MS }, async ({ skip }) => {
    const lines: string[] = []
    const result = await row.run({
      trials: row.shortTrials,
      seed: SEED,
      log: (line) => lines.push(line),
      skip: (reason) => skip(reason),
    })
    expect(
      { lost: result.lost, duplicated: result.duplicated, violations: result.violations },
      lines.join('\n'),
    ).toEqual({
      lost: 0,
      duplicated: 0,
      violations: [],
    })
    expect(result.trials).toBeGreaterThan(0)
  })
})
