import type { LiveAlert, AlertText } from '../alerts/live-alert.ts'
import { alertText } from '../alerts/live-alert.ts'
import type { FindingRule } from '../compiled-rule.ts'
import { within } from '../contract-basis.ts'
import type { Finding } from '../finding.ts'

/**
 * What an alert says of a finding: whose its number is, as the project's file has it, and of the rule's clauses those alone that stand in the
 * project's contract.
 */
export function foundText(
  rule: FindingRule,
  { host, project, basis, details }: Omit<Finding, 'kind'>,
): { readonly text: AlertText; readonly details: LiveAlert['details'] } {
  const text = alertText(rule)
  if (project === undefined) return { text: { ...text, ...basis }, details }
  const { id, name, document } = project
  return {
    text: {
      ...text,
      clauses: text.clauses.flatMap((clause) => within(clause, document)),
      ...basis,
      project: { id, name, isSubject: host === id },
    },
    details: { ...details, project_zh: name.zh, project_en: name.en },
  }
}
