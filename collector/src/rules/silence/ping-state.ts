import type { CompiledRule } from '../compiled-rule.ts'
import type { LiveAlert } from '../alerts/live-alert.ts'

/**
 * What ping says of the host of an agent. answers: it does, there where its agent was last connected from. lost: it no longer does, and did
 * before. unknown: it was never seen to answer, or ping says nothing about this one host (several share the address).
 */
export const PING_STATES = ['answers', 'lost', 'unknown'] as const

export type PingState = (typeof PING_STATES)[number]

/** Under this name an alert keeps which ping state its texts are of. */
const KEPT_AS = 'ping'

/** What an alert about silence keeps of a ping state. */
export function detailsOf(ping: PingState): LiveAlert['details'] {
  return ping === 'unknown' ? {} : { [KEPT_AS]: ping }
}

/** A rule with the name and the summary that an alert of it has: those of a rule about silence may depend on what ping says. */
export function spokenRule<T extends CompiledRule>(
  rule: T,
  { details }: Pick<LiveAlert, 'details'>,
): T {
  if (rule.kind !== 'silence') return rule
  const state = PING_STATES.find((known) => known === details[KEPT_AS])
  const texts = state === undefined ? undefined : rule.whenPing[state]
  return texts === undefined ? rule : { ...rule, ...texts }
}
