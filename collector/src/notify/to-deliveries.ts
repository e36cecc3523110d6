import { randomUUID } from 'node:crypto'
import type { Alert, Transition, TransitionReason } from '../rules/alert.ts'
import type { Channel } from './channel.ts'
import type { Notice, NoticeAlert } from './notice.ts'
import type { NewDelivery } from './outbox-store.ts'

export interface DeliveryContext {
  readonly externalUrl: string
  readonly nowMs: number
  /** Text of a document of a host's. */
  readonly quoteOf: (host: string, quote: string) => string | undefined
}

/**
 * The messages about one transition: one to each channel, in its language. The group is the alert whatever its severity, so `groupKey` stays the same from
 * the first firing to the resolve; a change of severity is one message with the end of the one fingerprint and the beginning of the other.
 */
export function toDeliveries(
  transition: Transition,
  channels: readonly Channel[],
  context: DeliveryContext,
): NewDelivery[] {
  const { nowMs, externalUrl } = context
  const groupLabels = groupLabelsOf(transition.alert)
  const groupKey = formatGroupKey(groupLabels)
  const alerts = alertsOf(transition, context)
  return channels.map(({ name, language }) => {
    const notice: Notice = {
      occasion: 'news',
      channel: name,
      route: '{}',
      groupLabels,
      groupKey,
      atMs: nowMs,
      language,
      externalUrl,
      escalation: 0,
      people: [],
      alerts,
      truncated: 0,
    }
    return { deliveryId: randomUUID(), channel: name, groupKey, createdAtMs: nowMs, notice }
  })
}

function alertsOf(
  { alert, before, reason }: Transition,
  { quoteOf }: DeliveryContext,
): NoticeAlert[] {
  const toNoticeAlert = (one: Alert, why: TransitionReason | 'severity'): NoticeAlert => ({
    alert: one,
    reason: why,
    quote: one.quote === undefined ? undefined : quoteOf(one.host, one.quote),
    claimedBy: undefined,
    mutes: 0,
  })
  return [
    toNoticeAlert(alert, reason),
    ...(before === undefined ? [] : [toNoticeAlert(before, 'severity')]),
  ]
}

function groupLabelsOf({ labels }: Alert): Readonly<Record<string, string>> {
  const { severity: _, ...others } = labels
  return Object.fromEntries(Object.entries(others).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** As Alertmanager writes it: the route's matchers (there is one route for all), a colon, the group's labels. */
function formatGroupKey(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  return `{}:{${pairs.join(', ')}}`
}
