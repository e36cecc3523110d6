import { randomUUID } from 'node:crypto'
import type { Transition } from '../rules/alert.ts'
import { buildPayload, groupKeyOf } from './alert-payload.ts'
import type { NewDelivery } from './outbox-store.ts'
import type { Webhook } from './webhook.ts'

export interface DeliveryContext {
  readonly externalUrl: string
  readonly nowMs: number
  /** Text of a document of a host's. */
  readonly quoteOf: (host: string, quote: string) => string | undefined
}

/** The messages about one transition: one to each webhook, in its language. */
export function toDeliveries(
  transition: Transition,
  webhooks: readonly Webhook[],
  { externalUrl, nowMs, quoteOf }: DeliveryContext,
): NewDelivery[] {
  const { quote, host } = transition.alert
  const quoted = quote === undefined ? undefined : quoteOf(host, quote)
  const groupKey = groupKeyOf(transition)
  return webhooks.map(({ name, language }) => ({
    deliveryId: randomUUID(),
    webhook: name,
    groupKey,
    createdAtMs: nowMs,
    body: JSON.stringify(
      buildPayload(transition, { receiver: name, externalUrl, language, quote: quoted }),
    ),
  }))
}
