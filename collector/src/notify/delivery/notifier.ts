import type { Logger } from '@wardround/program'
import type { Channel } from '../channel.ts'
import { ChannelQueue } from './channel-queue.ts'
import { MonotonicTime } from '../monotonic-time.ts'
import type { FailedAttempt, NewDelivery, NotificationOutbox } from '../outbox/outbox-store.ts'
import type { QueueParts } from './queue-parts.ts'
import type { QueueStatus } from './queue-tally.ts'
import { RemovedChannels } from './removed-channels.ts'
import { SharedBudgets } from './shared-budgets.ts'

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
  /** A message was given up, or some of its recipients will not get it: people should see it. */
  readonly onGivenUp?: (delivery: NewDelivery, failure: FailedAttempt) => void
}

/** Sends what is in the outbox, at least once, each channel for itself. */
export interface Notifier extends AsyncDisposable {
  /** Channels that get messages. */
  readonly channels: readonly Channel[]
  /** Epoch ms, by the clock that judges how old a message is; `createdAtMs` is of it. The wall clock may be set meanwhile. */
  nowMs(): number
  /** New messages are in the outbox. */
  wake(): void
  /** Messages that the outbox could not take: they are sent from memory. */
  sendUnsaved(deliveries: readonly NewDelivery[]): void
  /** What is still only in memory and not under way, to be put in the outbox now; not sent until settleUnsaved says what came of it. */
  takeUnsaved(): NewDelivery[]
  /** Whether the outbox has what takeUnsaved gave. */
  settleUnsaved(saved: boolean): void
  /** Other channels; those of the same name go on with their queues. What waits for one that is gone is given up. */
  replaceChannels(channels: readonly Channel[]): void
  /** By channel name, since the start of the process. */
  status(): Readonly<Record<string, QueueStatus>>
}

/** Starts sending at once what an earlier process left in the outbox. */
export function openNotifier(options: NotifierOptions): Notifier {
  return new RunningNotifier(options)
}

class RunningNotifier implements Notifier {
  channels: readonly Channel[] = []
  readonly #parts: QueueParts
  readonly #queues = new Map<string, ChannelQueue>()
  /** Queues of removed channels that are still ending, by name. */
  readonly #ending = new Map<string, Promise<void>>()
  readonly #removed: RemovedChannels
  readonly #closing = new AbortController()
  #closed = false

  constructor(options: NotifierOptions) {
    const { outbox, log, nowMs: wallMs = Date.now, random = Math.random } = options
    const { onGivenUp = () => undefined } = options
    // A wall clock that is set back must not make a channel wait for hours.
    const time = new MonotonicTime(wallMs, options.monotonicMs ?? (() => performance.now()))
    const nowMs = () => time.nowMs()
    const budgets = new SharedBudgets({ outbox, nowMs, channels: () => this.channels })
    this.#parts = {
      outbox,
      log,
      nowMs,
      random,
      onGivenUp,
      budgetOf: (channel) => budgets.of(channel),
      send: openSend(options, wallMs, this.#closing.signal),
    }
    this.#removed = new RemovedChannels({
      ...this.#parts,
      kept: () => [...this.channels.map(({ name }) => name), ...this.#ending.keys()],
    })
    this.replaceChannels(options.channels)
  }

  nowMs(): number {
    return this.#parts.nowMs()
  }

  wake(): void {
    for (const queue of this.#queues.values()) queue.wake()
  }

  sendUnsaved(deliveries: readonly NewDelivery[]): void {
    for (const delivery of deliveries) {
      const queue = this.#queues.get(delivery.channel)
      if (queue === undefined) this.#removed.unsaved.hold(delivery)
      else queue.holdUnsaved(delivery)
    }
    this.wake()
  }

  takeUnsaved(): NewDelivery[] {
    const removed = this.#removed.unsaved.take(() => false)
    return [...[...this.#queues.values()].flatMap((queue) => queue.takeUnsaved()), ...removed]
  }

  settleUnsaved(saved: boolean): void {
    for (const queue of this.#queues.values()) queue.settleUnsaved(saved)
    if (this.#removed.unsaved.settle(saved) && saved) this.#removed.look()
  }

  replaceChannels(channels: readonly Channel[]): void {
    this.channels = channels
    for (const [name, queue] of this.#queues)
      if (!channels.some((channel) => channel.name === name)) this.#end(name, queue)
    this.#openQueues()
    this.#removed.look()
    this.wake()
  }

  status(): Readonly<Record<string, QueueStatus>> {
    return Object.fromEntries([...this.#queues].map(([name, queue]) => [name, queue.status()]))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    const grace = setTimeout(() => this.#closing.abort(), CLOSING_GRACE_MS)
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()))
    await Promise.all([this.#removed.close(), ...this.#ending.values()])
    clearTimeout(grace)
  }

  /** A queue under the name of one that is still ending begins after it: what that sends is not sent twice. */
  #openQueues(): void {
    for (const channel of this.channels) {
      const queue = this.#queues.get(channel.name)
      if (queue !== undefined) queue.channel = channel
      else if (!this.#ending.has(channel.name))
        this.#queues.set(channel.name, new ChannelQueue(channel, this.#parts))
    }
  }

  /** What is under way ends as it ends; what waits is given up after it. */
  #end(name: string, queue: ChannelQueue): void {
    this.#queues.delete(name)
    const ended = queue.close().then(() => {
      for (const delivery of queue.takeUnsaved()) this.#removed.unsaved.hold(delivery)
      this.#ending.delete(name)
      if (this.#closed) return
      this.#openQueues()
      this.#removed.look()
      this.wake()
    })
    this.#ending.set(name, ended)
  }
}

function openSend(
  { log, version }: NotifierOptions,
  nowMs: () => number,
  closing: AbortSignal,
): QueueParts['send'] {
  const userAgent = `Wardround/${version}`
  return async (channel, deliveries) => {
    const notices = deliveries.map(({ notice }) => notice)
    const [{ deliveryId, onlyTo } = { deliveryId: '', onlyTo: undefined }] = deliveries
    const context = { deliveryId, onlyTo, nowMs: nowMs(), userAgent, closing }
    try {
      return await channel.send(notices, context)
    } catch (error) {
      // A fault of ours, which must not stop the queue.
      log.error({ err: error, channel: channel.name, deliveryId }, 'a channel broke')
      return { kind: 'refused', reason: 'serverError', detail: BROKEN }
    }
  }
}

const BROKEN = { zh: '通道内部出错，详见日志', en: 'the channel broke; the log says how' }
