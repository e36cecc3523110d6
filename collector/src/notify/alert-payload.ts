import { pickText, type Language } from '@wardround/program'
import type { Alert, Transition, TransitionReason } from '../rules/alert.ts'
import { describeClause, NUMBERS_OF } from '../rules/clauses.ts'
import { formatValue } from '../rules/format-value.ts'

type Labels = Readonly<Record<string, string>>

/** One alert of a message. */
interface PayloadAlert {
  readonly status: 'firing' | 'resolved'
  readonly labels: Labels
  readonly annotations: Labels
  /** RFC 3339. */
  readonly startsAt: string
  /** RFC 3339; ZERO_TIME while it fires. */
  readonly endsAt: string
  readonly generatorURL: string
  readonly fingerprint: string
}

/** Alertmanager's webhook message, version 4; members in its order. */
export interface AlertPayload {
  readonly receiver: string
  readonly status: 'firing' | 'resolved'
  readonly alerts: readonly PayloadAlert[]
  readonly groupLabels: Labels
  readonly commonLabels: Labels
  readonly commonAnnotations: Labels
  readonly externalURL: string
  readonly version: '4'
  readonly groupKey: string
  readonly truncatedAlerts: number
}

/** Go's zero time: what Alertmanager writes where there is no end yet. */
const ZERO_TIME = '0001-01-01T00:00:00Z'

export interface PayloadOptions {
  /** The webhook's name. */
  readonly receiver: string
  readonly externalUrl: string
  readonly language: Language
  /** Text of the document that the alert's rule quotes. */
  readonly quote: string | undefined
}

/**
 * The message about a transition. Its group is the alert whatever its severity, so `groupKey` stays the same from the first firing to the resolve; a
 * change of severity is one message with the end of the one fingerprint and the beginning of the other.
 */
export function buildPayload(transition: Transition, options: PayloadOptions): AlertPayload {
  const { alert, before, reason } = transition
  const alerts = [alert, before]
    .filter((one) => one !== undefined)
    .map((one) => toPayloadAlert(one, one === before ? 'severity' : reason, options))
  const groupLabels = groupLabelsOf(alert)
  return {
    receiver: options.receiver,
    status: alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved',
    alerts,
    groupLabels,
    commonLabels: common(alerts.map(({ labels }) => labels)),
    commonAnnotations: common(alerts.map(({ annotations }) => annotations)),
    externalURL: options.externalUrl,
    version: '4',
    groupKey: formatGroupKey(groupLabels),
    truncatedAlerts: 0,
  }
}

/** The group of a transition's messages: messages of one group to one webhook go out in order. */
export function groupKeyOf({ alert }: Transition): string {
  return formatGroupKey(groupLabelsOf(alert))
}

function groupLabelsOf({ labels }: Alert): Labels {
  const { severity: _, ...others } = labels
  return sorted(others)
}

function toPayloadAlert(
  alert: Alert,
  reason: TransitionReason | 'severity',
  options: PayloadOptions,
): PayloadAlert {
  const { endsAtMs } = alert
  return {
    status: endsAtMs === undefined ? 'firing' : 'resolved',
    labels: sorted(alert.labels),
    annotations: annotationsOf(alert, reason, options),
    startsAt: new Date(alert.severitySinceMs).toISOString(),
    endsAt: endsAtMs === undefined ? ZERO_TIME : new Date(endsAtMs).toISOString(),
    generatorURL: `${options.externalUrl.replace(/\/$/, '')}/#/host/${encodeURIComponent(alert.host)}`,
    fingerprint: alert.fingerprint,
  }
}

const ENDED_BY = {
  rule: { zh: '规则已修改或删除', en: 'the rule was changed or removed' },
  severity: { zh: '级别已变化', en: 'the severity has changed' },
}

function annotationsOf(
  alert: Alert,
  reason: TransitionReason | 'severity',
  { language, quote }: PayloadOptions,
): Labels {
  const ended =
    alert.endsAtMs !== undefined && reason !== 'condition' ? ENDED_BY[reason] : undefined
  const annotations: Record<string, string | undefined> = {
    clauses: clausesOf(alert, language),
    ended_because: ended === undefined ? undefined : pickText(ended, language),
    name: pickText(alert.name, language),
    numbers: pickText(NUMBERS_OF[alert.numbers], language),
    runbook: alert.runbook === undefined ? undefined : pickText(alert.runbook, language),
    summary: pickText(alert.summary, language),
    ...quoteOf(alert, quote),
    value:
      // a state's number says nothing that the summary does not say in words
      alert.value === undefined || alert.unit === 'state'
        ? undefined
        : pickText(formatValue(alert.value, alert.unit), language),
  }
  return sorted(annotations)
}

/** The clauses that its rule serves, with their contracts and words. */
function clausesOf({ clauses }: Alert, language: Language): string | undefined {
  if (clauses.length === 0) return undefined
  return clauses.map((clause) => pickText(describeClause(clause), language)).join('; ')
}

/** Under the name of the document that it is from; what has ended quotes nothing. */
function quoteOf(
  { endsAtMs, quote: name = '' }: Alert,
  quote: string | undefined,
): Record<string, string | undefined> {
  const [document = ''] = name.split('.')
  return endsAtMs === undefined && document !== '' ? { [document]: quote } : {}
}

/** As Alertmanager writes it: the route's matchers (there is one route for all), a colon, the group's labels. */
function formatGroupKey(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  return `{}:{${pairs.join(', ')}}`
}

/** What all have in common. */
function common(all: readonly Labels[]): Labels {
  const [first = {}, ...others] = all
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((one) => one[name] === value)),
  )
}

function sorted(labels: Readonly<Record<string, string | undefined>>): Labels {
  const result: Record<string, string> = {}
  for (const name of Object.keys(labels).sort()) {
    const value = labels[name]
    if (value !== undefined) result[name] = value
  }
  return result
}
