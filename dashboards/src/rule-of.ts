import { PACK_RULES } from './pack-rules.gen.ts'
import type { PackRule } from './pack-rule.ts'

/** A rule about values of the default pack. */
export type RuleId = keyof typeof PACK_RULES

export function ruleOf(id: RuleId): PackRule {
  return PACK_RULES[id]
}
