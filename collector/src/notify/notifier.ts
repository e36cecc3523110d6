import type { Logger } from '@wardround/program'
import { MonotonicTime } from './monotonic-time.ts'
import type { FailedAttempt, NewDelivery, NotificationOutbox } from './outbox-store.ts'
import type { Channel, RateLimit } from './channel.ts'
import { ChannelQueue, type QueueParts } from './channel-queue.ts'
import type { QueueStatus } from './queue-tally.ts'
import { RateBudget } from './rate-budget.ts'

/** What is under way at the end may take this long; then it is cut, and sent again after the next start. */
const CLOSING_GRACE_MS = 2000

export interface NotifierOptions {
  readonly channels: readonly Channel[]
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

/** Sends what is in the outbox, at least once, each channel for itself. */
export interface Notifier extends AsyncDisposable {
  /** Channels that get messages. */
  readonly channels: readonly Channel[]
  /** New messages are in the outbox. */
  wake(): void
  /** Messages that the outbox could not take: they are sent from memory. */
  sendUnsaved(deliveries: readonly NewDelivery[]): void
  /** What is still only in memory and not under way, to be put in the outbox now; not sent until settleUnsaved says what came of it. */
  takeUnsaved(): NewDelivery[]
  /** Whether the outbox has what takeUnsaved gave. */
  settleUnsaved(saved: boolean): void
  /** Other channels; those of the same name go on with their queues. */
  replaceChannels(channels: readonly Channel[]): void
  /** By channel name, since the start of the process. */
  status(): Readonly<Record<string, QueueStatus>>
}

/** Starts sending at once what an earlier process left in the outbox. */
export function openNotifier(options: NotifierOptions): Notifier {
  const { outbox, log, version, nowMs = Date.now, random = Math.random } = options
  const { onGivenUp = () => undefined } = options
  const closing = new AbortController()
  const userAgent = `Wardround/${version}`
  const send: QueueParts['send'] = async (channel, deliveries) => {
    const notices = deliveries.map(({ notice }) => notice)
    const [{ deliveryId } = { deliveryId: '' }] = deliveries
    const context = { deliveryId, nowMs: nowMs(), userAgent, closing: closing.signal }
    try {
      return await channel.send(notices, context)
    } catch (error) {
      // A fault of ours, which must not stop the queue.
      log.error({ err: error, channel: channel.name, deliveryId }, 'a channel broke')
      return { kind: 'refused', reason: 'serverError', detail: 'the channel broke' }
    }
  }
  // A wall clock that is set back must not make a channel wait for hours.
  const time = new MonotonicTime(nowMs, options.monotonicMs ?? (() => performance.now()))
  const budgetOf = openBudgets(outbox, () => time.nowMs())
  const parts = { outbox, send, budgetOf, log, nowMs: () => time.nowMs(), random, onGivenUp }
  const queues = new Map<string, ChannelQueue>()
  let channels: readonly Channel[] = []

  const replaceChannels = (replacing: readonly Channel[]): void => {
    channels = replacing
    for (const [name, queue] of queues) {
      if (replacing.some((channel) => channel.name === name)) continue
      void queue.close()
      queues.delete(name)
    }
    for (const channel of replacing) {
      const queue = queues.get(channel.name)
      if (queue === undefined) queues.set(channel.name, new ChannelQueue(channel, parts))
      else queue.channel = channel
    }
    wakeAll(queues)
  }
  replaceChannels(options.channels)

  return {
    get channels() {
      return channels
    },
    wake: () => wakeAll(queues),
    sendUnsaved(deliveries) {
      for (const delivery of deliveries) queues.get(delivery.channel)?.holdUnsaved(delivery)
      wakeAll(queues)
    },
    takeUnsaved: () => [...queues.values()].flatMap((queue) => queue.takeUnsaved()),
    settleUnsaved(saved) {
      for (const queue of queues.values()) queue.settleUnsaved(saved)
    },
    replaceChannels,
    status: () => Object.fromEntries([...queues].map(([name, queue]) => [name, queue.status()])),
    async [Symbol.asyncDispose]() {
      const grace = setTimeout(() => closing.abort(), CLOSING_GRACE_MS)
      await Promise.all([...queues.values()].map((queue) => queue.close()))
      clearTimeout(grace)
    },
  }
}

function wakeAll(queues: ReadonlyMap<string, ChannelQueue>): void {
  for (const queue of queues.values()) queue.wake()
}

/** The budgets by what services count by, each begun with the attempts that the outbox knows of: a restart gives no service more than it takes. */
function openBudgets(outbox: NotificationOutbox, nowMs: () => number): QueueParts['budgetOf'] {
  const budgets = new Map<string, Promise<RateBudget>>()
  const begin = async ({ name }: Channel, { windows }: RateLimit): Promise<RateBudget> => {
    const longestMs = Math.max(...windows.map(({ perMs }) => perMs))
    return new RateBudget(windows, await outbox.recentAttempts(name, nowMs() - longestMs))
  }
  return async (channel) => {
    const { limit } = channel
    if (limit === undefined) return undefined
    const key = JSON.stringify([limit.key, limit.windows])
    const budget = budgets.get(key) ?? begin(channel, limit)
    budgets.set(key, budget)
    try {
      return await budget
    } catch {
      budgets.delete(key) // the outbox can't be read now, which the queue says
      return new RateBudget(limit.windows)
    }
  }
}
