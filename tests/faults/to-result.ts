import type { Comparison } from '../support/ledger-comparison.ts'
import type { FaultResult } from './fault-row.ts'

/** The counts of a comparison with the ledgers as a row's result: what is stored and should not be is a violation. */
export function toResult(
  trials: number,
  comparison: Comparison,
  violations: readonly string[],
  measured: FaultResult['measured'] = {},
): FaultResult {
  const { expected, lost, duplicated, moved, invented, examples } = comparison
  const found = [...violations]
  if (moved > 0) found.push(`${moved} samples are stored under another time than the device gave`)
  if (invented > 0) found.push(`${invented} samples are stored that no device answered`)
  if (expected === 0) found.push('nothing was expected: the row tested nothing')
  if (lost + duplicated + moved + invented > 0) found.push(...examples)
  return { trials, expected, lost, duplicated, violations: found, measured }
}
