import type { LocalizedText } from '@wardround/protocol'
import { formatValue } from '../texts/format-value.ts'
import type { RuleText } from '../compiled-rule.ts'
import type { AlertSubject, LiveAlert, ShownValue } from './live-alert.ts'
import type { Severity } from '../severity.ts'
import { plainText } from '../texts/plain-text.ts'
import { renderTemplate } from '../texts/template.ts'

/** What the configuration says about a host or device: `project`, `role`. */
export type SubjectLabels = (subject: string) => Readonly<Record<string, string>>

/** Names that mean something to an Alertmanager; a tag of the same name becomes `tag_<name>`. */
export const RESERVED_LABELS: readonly string[] = [
  'alertname',
  'host',
  'project',
  'role',
  'severity',
]

/** The label that a tag becomes. */
export function labelOfTag(tag: string): string {
  return RESERVED_LABELS.includes(tag) ? `tag_${tag}` : tag
}

/**
 * The labels that name an alert to others. Severity is one of them, as every Alertmanager's routes expect; so each severity has a fingerprint
 * of its own, and a change of severity is told as the end of one and the beginning of the other in one message. What they say is plain text, however
 * long or odd the tags are.
 */
export function alertLabels(
  { ruleId, host, tags }: AlertSubject,
  severity: Severity,
  subjectLabels: Readonly<Record<string, string>>,
): Record<string, string> {
  const labels: Record<string, string> = { alertname: ruleId, host: plainText(host), severity }
  for (const [name, value] of Object.entries(subjectLabels)) {
    if (value !== '') labels[name] = plainText(value)
  }
  for (const [name, value] of Object.entries(tags)) labels[labelOfTag(name)] = plainText(value)
  return labels
}

/** A number as people write it, a state in words; undefined for no number. */
function formatShown({
  value,
  unit,
  states,
}: Omit<ShownValue, 'value'> & { readonly value: number | undefined }): LocalizedText | undefined {
  if (value === undefined || !Number.isFinite(value)) return undefined
  return states?.[value] ?? formatValue(value, unit)
}

/** The message of an alert in both languages, with the numbers of its newest sample. */
export function alertSummary(
  { summary, unit, states }: Pick<RuleText, 'summary' | 'unit' | 'states'>,
  { value, shown, details }: Pick<LiveAlert, 'value' | 'shown' | 'details'>,
  labels: Readonly<Record<string, string>>,
): LocalizedText {
  const detailOf = (name: string) => {
    const detail = details[name]
    return detail === undefined ? undefined : plainText(detail)
  }
  const valueOf = (name: string, language: 'zh' | 'en'): string | undefined => {
    if (name === 'value') return formatShown({ value, unit, states })?.[language]
    const number = shown.get(name)
    if (number === undefined) return labels[`tag_${name}`] ?? labels[name] ?? detailOf(name)
    return formatShown(number)?.[language]
  }
  return {
    zh: renderTemplate(summary.zh, (name) => valueOf(name, 'zh')),
    en: renderTemplate(summary.en, (name) => valueOf(name, 'en')),
  }
}
