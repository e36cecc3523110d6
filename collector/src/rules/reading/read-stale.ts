import { parseDurationMs } from '@wardround/program'
import type { RuleDefinition } from '../rule-schema.ts'

const DEFAULT_STALE_AFTER = '7d'

/** After how long without a sample an alert of this rule ends, in ms. */
export function readStaleMs({ staleAfter = DEFAULT_STALE_AFTER }: RuleDefinition): number {
  return parseDurationMs(staleAfter)
}
