import type { Transition } from '../alert.ts'
import type { CompiledRule } from '../compiled-rule.ts'
import { ruleFor } from '../points/rule-choice.ts'
import { spokenRule } from '../silence/ping-state.ts'
import { alertText, refit, type LiveAlert } from './live-alert.ts'
import type { LiveAlerts } from './live-alerts.ts'
import { stillWatches } from './still-watches.ts'

/** Makes an alert that the rules in force did not begin one of `found`; ends it where there is no such rule, or where that no longer watches its subject. */
export function fitAlert(
  live: LiveAlert,
  found: CompiledRule | undefined,
  alerts: LiveAlerts,
  timeMs: number,
): Transition | undefined {
  if (found === undefined || !stillWatches(found, live)) return alerts.end(live, timeMs, 'rule')
  const rule = spokenRule(found, live)
  // whose number a finding is measured with its project's file says, not the rule
  const { clauses, numbers, project } = live.text
  const isOfProject = rule.kind === 'finding' && project !== undefined
  live.text = { ...alertText(rule), ...(isOfProject ? { clauses, numbers, project } : {}) }
  live.rule = undefined
  const holding = partOf(rule, live, alerts)
  if (holding !== undefined) refit(live, holding)
  return alerts.settle(live, { rule, timeMs, reason: 'rule' })
}

/** The rule, or its override, that an alert is of; undefined where a tag decides that the alert doesn't tell: its next sample does. */
function partOf(
  rule: CompiledRule,
  { subject, details }: LiveAlert,
  alerts: LiveAlerts,
): CompiledRule | undefined {
  const known = { ...details, ...subject.tags, ...alerts.subjectTags(subject.host) }
  if (rule.kind === 'value') return ruleFor(rule, known)
  return rule.kind === 'silence' ? ruleFor(rule, known) : rule
}
