import type { Logger } from '@wardround/program'
import { MonotonicTime } from './monotonic-time.ts'
import type { FailedAttempt, NewDelivery, NotificationOutbox } from './outbox-store.ts'
import { sendWebhook } from './send-webhook.ts'
import type { Webhook } from './webhook.ts'
import { WebhookQueue, type QueueStatus } from './webhook-queue.ts'

/** What is under way at the end may take this long; then it is cut, and sent again after the next start. */
const CLOSING_GRACE_MS = 2000

export interface NotifierOptions {
  readonly webhooks: readonly Webhook[]
  readonly outbox: NotificationOutbox
  readonly log: Logger
  /** Version of the collector, for User-Agent. */
  readonly version: string
  readonly nowMs?: () => number
  readonly monotonicMs?: () => number
  /** Gives [0, 1): the chance in back-off. */
  readonly random?: () => number
  /** A message was given up: people should see it. */
  readonly onGivenUp?: (delivery: NewDelivery, failure: FailedAttempt) => void
}

/** Sends what is in the outbox, at least once, each webhook for itself. */
export interface Notifier extends AsyncDisposable {
  /** Webhooks that get messages. */
  readonly webhooks: readonly Webhook[]
  /** New messages are in the outbox. */
  wake(): void
  /** Messages that the outbox could not take: they are sent from memory. */
  sendUnsaved(deliveries: readonly NewDelivery[]): void
  /** What is still only in memory and not under way, to be put in the outbox now; not sent until settleUnsaved says what came of it. */
  takeUnsaved(): NewDelivery[]
  /** Whether the outbox has what takeUnsaved gave. */
  settleUnsaved(saved: boolean): void
  /** Other webhooks; those of the same name go on with their queues. */
  replaceWebhooks(webhooks: readonly Webhook[]): void
  /** By webhook name, since the start of the process. */
  status(): Readonly<Record<string, QueueStatus>>
}

/** Starts sending at once what an earlier process left in the outbox. */
export function openNotifier(options: NotifierOptions): Notifier {
  const { outbox, log, version, nowMs = Date.now, random = Math.random } = options
  const { onGivenUp = () => undefined } = options
  const closing = new AbortController()
  const send: ConstructorParameters<typeof WebhookQueue>[1]['send'] = (webhook, message) =>
    sendWebhook(webhook, message, `Wardround/${version}`, closing.signal)
  // A wall clock that is set back must not make a webhook wait for hours.
  const time = new MonotonicTime(nowMs, options.monotonicMs ?? (() => performance.now()))
  const parts = { outbox, send, log, nowMs: () => time.nowMs(), random, onGivenUp }
  const queues = new Map<string, WebhookQueue>()
  let webhooks: readonly Webhook[] = []

  const replaceWebhooks = (replacing: readonly Webhook[]): void => {
    webhooks = replacing
    for (const [name, queue] of queues) {
      if (replacing.some((webhook) => webhook.name === name)) continue
      void queue.close()
      queues.delete(name)
    }
    for (const webhook of replacing) {
      const queue = queues.get(webhook.name)
      if (queue === undefined) queues.set(webhook.name, new WebhookQueue(webhook, parts))
      else queue.webhook = webhook
    }
    wakeAll(queues)
  }
  replaceWebhooks(options.webhooks)

  return {
    get webhooks() {
      return webhooks
    },
    wake: () => wakeAll(queues),
    sendUnsaved(deliveries) {
      for (const delivery of deliveries) queues.get(delivery.webhook)?.holdUnsaved(delivery)
      wakeAll(queues)
    },
    takeUnsaved: () => [...queues.values()].flatMap((queue) => queue.takeUnsaved()),
    settleUnsaved(saved) {
      for (const queue of queues.values()) queue.settleUnsaved(saved)
    },
    replaceWebhooks,
    status: () => Object.fromEntries([...queues].map(([name, queue]) => [name, queue.status()])),
    async [Symbol.asyncDispose]() {
      const grace = setTimeout(() => closing.abort(), CLOSING_GRACE_MS)
      await Promise.all([...queues.values()].map((queue) => queue.close()))
      clearTimeout(grace)
    },
  }
}

function wakeAll(queues: ReadonlyMap<string, WebhookQueue>): void {
  for (const queue of queues.values()) queue.wake()
}
