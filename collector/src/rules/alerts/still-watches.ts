import type { CompiledRule } from '../compiled-rule.ts'
import type { LiveAlert } from './live-alert.ts'

/** Whether a rule still watches what an alert is about, as far as the alert's own tags tell. */
export function stillWatches(rule: CompiledRule, { subject }: LiveAlert): boolean {
  if (rule.kind === 'silence') return subject.measurement === ''
  if (rule.kind === 'finding') return subject.measurement === ''
  if (rule.kind === 'event')
    return Object.keys(subject.tags).every((tag) => rule.identifyingMembers.includes(tag))
  if (rule.measurement !== subject.measurement) return false
  const known: Readonly<Record<string, string>> = { ...subject.tags, host: subject.host }
  for (const [tag, test] of rule.where) {
    const value = known[tag]
    if (value !== undefined && !test(value)) return false
  }
  return true
}
