import { pickText, type Language } from '@wardround/program'
import type { Alert } from '../../rules/alert.ts'
import { describeClause, NUMBERS_OF } from '../../rules/clauses.ts'
import { formatValue } from '../../rules/texts/format-value.ts'
import { describeRecent, type RecentValue } from '../../rules/alerts/recent-values.ts'
import type { Notice, NoticeAlert } from '../notice.ts'
import { DEMO_MARK, ENDED_BY } from '../text/notice-words.ts'
import { alertLink } from './links.ts'

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

/** The message as which a webhook gets a notice. */
export function buildPayload(notice: Notice): AlertPayload {
  const alerts = notice.alerts.map((one) => toPayloadAlert(one, notice))
  return {
    receiver: notice.channel,
    status: alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved',
    alerts,
    groupLabels: sorted(notice.groupLabels),
    commonLabels: common(alerts.map(({ labels }) => labels)),
    commonAnnotations: common(alerts.map(({ annotations }) => annotations)),
    externalURL: notice.externalUrl,
    version: '4',
    groupKey: notice.groupKey,
    truncatedAlerts: notice.truncated,
  }
}

/** One alert as Alertmanager's messages have it. */
export function toPayloadAlert(
  one: NoticeAlert,
  { externalUrl, language, demo }: Pick<Notice, 'externalUrl' | 'language' | 'demo'>,
): PayloadAlert {
  const { alert } = one
  const { endsAtMs } = alert
  return {
    status: endsAtMs === undefined ? 'firing' : 'resolved',
    labels: sorted(alert.labels),
    annotations: annotationsOf(one, language, demo === true ? pickText(DEMO_MARK, language) : ''),
    startsAt: new Date(alert.severitySinceMs).toISOString(),
    endsAt: endsAtMs === undefined ? ZERO_TIME : new Date(endsAtMs).toISOString(),
    generatorURL: alertLink(externalUrl, alert),
    fingerprint: alert.fingerprint,
  }
}

/** @param mark before what people read first */
function annotationsOf(
  { alert, reason, quote }: NoticeAlert,
  language: Language,
  mark: string,
): Labels {
  const ended =
    alert.endsAtMs !== undefined && reason !== 'condition' ? ENDED_BY[reason] : undefined
  const annotations: Record<string, string | undefined> = {
    clauses: clausesOf(alert, language),
    ended_because: ended === undefined ? undefined : pickText(ended, language),
    name: mark + pickText(alert.name, language),
    numbers: pickText(NUMBERS_OF[alert.numbers], language),
    recent: recentText(alert, language),
    runbook: alert.runbook === undefined ? undefined : pickText(alert.runbook, language),
    summary: mark + pickText(alert.summary, language),
    ...quoteOf(alert, quote),
    threshold: alert.threshold === undefined ? undefined : pickText(alert.threshold, language),
    value: valueText(alert, language),
  }
  return sorted(annotations)
}

/** The clauses that its rule serves, with their contracts and words. */
function clausesOf({ clauses }: Alert, language: Language): string | undefined {
  if (clauses.length === 0) return undefined
  return clauses.map((clause) => pickText(describeClause(clause), language)).join('; ')
}

/** What JSON can't hold comes back from the outbox as null. */
function hasValue({ value }: RecentValue): boolean {
  return typeof value === 'number'
}

function recentText({ recent, unit }: Alert, language: Language): string | undefined {
  const text = describeRecent(recent.filter(hasValue), unit)
  return text === undefined ? undefined : pickText(text, language)
}

/** A state's number says nothing that the summary does not say in words. */
function valueText({ value, unit }: Alert, language: Language): string | undefined {
  // A value that JSON can't hold comes back from the outbox as null.
  return typeof value !== 'number' || unit === 'state'
    ? undefined
    : pickText(formatValue(value, unit), language)
}

/** Under the name of the document that it is from; what has ended quotes nothing. */
function quoteOf(
  { endsAtMs, quote: name = '' }: Alert,
  quote: string | undefined,
): Record<string, string | undefined> {
  const [document = ''] = name.split('.')
  return endsAtMs === undefined && document !== '' ? { [document]: quote } : {}
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
