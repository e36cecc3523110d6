import { pickText } from '@wardround/program'
import { formatValue } from '../../rules/texts/format-value.ts'
import type { Notice, NoticeAlert } from '../notice.ts'
import { type NoticeText, toNoticeText } from '../text/notice-text.ts'
import { toPlainText } from '../text/plain-text.ts'
import { SEVERITY_WORDS } from '../text/notice-words.ts'
import { buildPayload } from './alert-payload.ts'
import type { Json, KnownNames, TemplateView } from './body-template.ts'

/** What one line of a gateway for short messages holds. */
const SHORT_BYTES = 400

/** Names for body templates. */
export const VIEW_NAMES: KnownNames = [
  'title',
  'text',
  'short',
  'status',
  'standing',
  'severity',
  'occasion',
  'escalation',
  'count',
  'truncated',
  'link',
  'channel',
  'deliveryId',
  'at',
  'atMs',
  'route',
  'groupKey',
  'groupLabels',
  'groupLabels.*',
  'phones',
  'emails',
  'people',
  'alerts',
  'alertmanager',
  'alert',
  'alert.name',
  'alert.summary',
  'alert.rule',
  'alert.host',
  'alert.project',
  'alert.status',
  'alert.severity',
  'alert.severityWord',
  'alert.value',
  'alert.valueText',
  'alert.threshold',
  'alert.unit',
  'alert.startsAt',
  'alert.endsAt',
  'alert.fingerprint',
  'alert.claimedBy',
  'alert.quote',
  'alert.labels',
  'alert.labels.*',
]

/** A notice as templates see it; outside of a list `alert` is the first. */
export function toView(notice: Notice, deliveryId: string): TemplateView {
  const text = toNoticeText(notice)
  const alerts = notice.alerts.map((one) => viewAlert(one, notice))
  const { people } = text
  return {
    title: text.title,
    text: toPlainText(text),
    short: toPlainText(text, SHORT_BYTES),
    status: text.standing === 'resolved' ? 'resolved' : 'firing',
    standing: text.standing,
    severity: severityWord(text, notice),
    occasion: notice.occasion,
    escalation: notice.escalation,
    count: alerts.length + notice.truncated,
    truncated: notice.truncated,
    link: text.link?.url ?? '',
    channel: notice.channel,
    deliveryId,
    at: new Date(notice.atMs).toISOString(),
    atMs: notice.atMs,
    route: notice.route,
    groupKey: notice.groupKey,
    groupLabels: { ...notice.groupLabels },
    phones: people.flatMap(({ phone }) => (phone === undefined ? [] : [phone])),
    emails: people.flatMap(({ email }) => (email === undefined ? [] : [email])),
    people: people.map(({ name }) => name),
    alerts,
    alertmanager: plainJson(buildPayload(notice)),
    alert: alerts[0] ?? null,
  }
}

function severityWord({ standing }: NoticeText, { alerts, language }: Notice): string {
  const severity = standing === 'resolved' ? alerts[0]?.alert.severity : standing
  return severity === undefined ? '' : pickText(SEVERITY_WORDS[severity], language)
}

function viewAlert({ alert, claimedBy, quote }: NoticeAlert, { language }: Notice): Json {
  const { value, unit, endsAtMs, labels } = alert
  const isNumber = typeof value === 'number'
  const ended = typeof endsAtMs === 'number'
  return {
    name: pickText(alert.name, language),
    summary: pickText(alert.summary, language),
    rule: alert.ruleId,
    host: alert.host,
    project: labels['project'] ?? '',
    status: ended ? 'resolved' : 'firing',
    severity: alert.severity,
    severityWord: pickText(SEVERITY_WORDS[alert.severity], language),
    value: isNumber ? value : null,
    valueText: isNumber ? pickText(formatValue(value, unit), language) : '',
    threshold: alert.threshold === undefined ? '' : pickText(alert.threshold, language),
    unit,
    startsAt: new Date(alert.startsAtMs).toISOString(),
    endsAt: ended ? new Date(endsAtMs).toISOString() : '',
    fingerprint: alert.fingerprint,
    claimedBy: claimedBy ?? '',
    quote: quote ?? '',
    labels: { ...labels },
  }
}

function plainJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value))
}
