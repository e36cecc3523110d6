import type { Channel } from '../channel.ts'
import { chooseBatch } from './choose-batch.ts'
import { MAX_IN_FLIGHT_PER_CHANNEL, MAX_NOTICES_PER_DIGEST } from '../limits.ts'
import { decideNextStep, type NextStep } from './next-step.ts'
import type { Delivery, NewDelivery } from '../outbox/outbox-store.ts'
import type { QueueParts } from './queue-parts.ts'
import type { RateBudget } from './rate-budget.ts'
import { QueueReports } from './queue-reports.ts'
import type { QueueStatus } from './queue-tally.ts'
import { serviceOf } from './shared-budgets.ts'
import { UnrecordedSteps } from './unrecorded-steps.ts'
import { UnsavedMessages } from './unsaved-messages.ts'

/** A timer's longest delay; later messages are looked at again then. */
const MAX_SLEEP_MS = 60_000

/** How long to wait when the outbox can't be read. */
const OUTBOX_RETRY_MS = 1000

/** How long to wait while another channel asks the same service. */
const SHARED_LIMIT_RETRY_MS = 100

interface Settled {
  readonly delivery: Delivery
  readonly step: NextStep
}

/**
 * Sends the messages of one channel from the outbox: several at a time, those of one group one after the other. Where the service has a limit, one request at
 * a time, the most urgent first, and over the limit all that waits as one digest. A channel in trouble is given one message at a time until one gets
 * through. Its own state is only what a restart may forget.
 */
export class ChannelQueue {
  readonly #parts: QueueParts
  #channel: Channel
  /** Group of each message under way, by its id. */
  readonly #inFlight = new Map<string, string>()
  readonly #attempts = new Set<Promise<void>>()
  /** Messages whose attempt ended while the outbox was being read: what was read of them is old. */
  readonly #ended = new Set<string>()
  readonly #unrecorded: UnrecordedSteps
  readonly #unsaved = new UnsavedMessages()
  #inTrouble = false
  #pumping = false
  #pumpAgain = false
  #timer: NodeJS.Timeout | undefined
  #closed = false
  readonly #reports: QueueReports

  constructor(channel: Channel, parts: QueueParts) {
    this.#channel = channel
    this.#parts = parts
    this.#reports = new QueueReports(parts)
    this.#unrecorded = new UnrecordedSteps({
      ...parts,
      service: () => serviceOf(this.#channel),
      onFailure: (error) => {
        if (!this.#closed)
          this.#reports.once(
            this.#channel.name,
            error,
            'the notification outbox can not be written',
          )
      },
    })
  }

  /** New settings under the same name. */
  set channel(channel: Channel) {
    this.#channel = channel
  }

  /** Looks for messages that can be sent now. */
  wake(): void {
    if (this.#closed) return
    if (this.#pumping) this.#pumpAgain = true
    else void this.#pump()
  }

  /** Takes a message that the outbox could not take; it is sent from memory. */
  holdUnsaved(delivery: NewDelivery): void {
    this.#unsaved.hold(delivery)
  }

  /** What is still unsent, to be put in the outbox; it waits until settleUnsaved. */
  takeUnsaved(): NewDelivery[] {
    return this.#unsaved.take((deliveryId) => this.#inFlight.has(deliveryId))
  }

  /** Whether the outbox has what takeUnsaved gave. */
  settleUnsaved(saved: boolean): void {
    if (this.#unsaved.settle(saved)) this.wake()
  }

  status(): QueueStatus {
    const { size: unsaved, dropped } = this.#unsaved
    return { ...this.#reports.status(), unsaved, dropped }
  }

  /** Starts nothing more; resolves when what is under way has ended and is recorded. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await Promise.all(this.#attempts)
  }

  async #pump(): Promise<void> {
    this.#pumping = true
    do {
      this.#pumpAgain = false
      const lookedAtMs = this.#parts.nowMs()
      const wakeAtMs = await this.#startDue(lookedAtMs)
      this.#sleepUntil(wakeAtMs, lookedAtMs)
    } while (this.#pumpAgain && !this.#closed)
    this.#pumping = false
  }

  /** Starts what is due and can be started; returns when to look again. */
  async #startDue(nowMs: number): Promise<number | undefined> {
    const { limit } = this.#channel
    const budget = await this.#parts.budgetOf(this.#channel)
    const mayBeginAtMs = nextAtMs(budget, nowMs, this.#channel)
    // Only where nothing else is being told it.
    if (this.#inFlight.size === 0) await this.#unrecorded.tellAgain()
    if (mayBeginAtMs > nowMs) return mayBeginAtMs
    if (this.#closed) return undefined
    return limit === undefined
      ? this.#startHeads(nowMs, budget)
      : this.#startWithinLimit(nowMs, budget)
  }

  /** The oldest of each group, as many as there is room for. */
  async #startHeads(nowMs: number, budget: RateBudget): Promise<number | undefined> {
    const room = (this.#inTrouble ? 1 : MAX_IN_FLIGHT_PER_CHANNEL) - this.#inFlight.size
    if (room <= 0) return undefined
    const skipped = this.#inFlight.size + this.#unrecorded.size
    this.#ended.clear()
    const found = await this.#readDue(nowMs, room + skipped, 'heads')
    if (this.#closed) return undefined
    const mayBeginAtMs = nextAtMs(budget, nowMs, this.#channel)
    if (mayBeginAtMs > nowMs) return mayBeginAtMs
    const groups = new Set(this.#inFlight.values())
    let started = 0
    for (const delivery of [...found.deliveries, ...this.#unsaved.due(nowMs)]) {
      if (started === room) break
      if (groups.has(delivery.groupKey) || this.#isSettled(delivery)) continue
      groups.add(delivery.groupKey)
      started++
      this.#start([delivery], budget)
    }
    return found.nextDueAtMs
  }

  /** One request at a time, of what is most urgent. */
  async #startWithinLimit(nowMs: number, budget: RateBudget): Promise<number | undefined> {
    if (this.#inFlight.size > 0) return undefined
    this.#ended.clear()
    const most = MAX_NOTICES_PER_DIGEST + this.#unrecorded.size
    const found = await this.#readDue(nowMs, most, 'all')
    if (this.#closed) return undefined
    const waiting = [...found.deliveries, ...this.#unsaved.waiting()].filter(
      (delivery) => !this.#isSettled(delivery),
    )
    // While the outbox was being read, another channel may have asked the same service.
    const askedAtMs = this.#parts.nowMs()
    const mayBeginAtMs = nextAtMs(budget, askedAtMs, this.#channel)
    if (waiting.length > 0 && mayBeginAtMs > askedAtMs) return mayBeginAtMs
    const free = budget.free(askedAtMs, this.#channel.limit?.windows ?? [])
    const batch = chooseBatch(waiting, free, nowMs)
    if (batch.length > 0) this.#start(batch, budget)
    return found.nextDueAtMs
  }

  /** What was read of it is old. */
  #isSettled({ deliveryId }: Delivery): boolean {
    return this.#ended.has(deliveryId) || this.#unrecorded.has(deliveryId)
  }

  async #readDue(nowMs: number, limit: number, which: 'heads' | 'all') {
    try {
      return await this.#parts.outbox.due(this.#channel.name, nowMs, limit, which)
    } catch (error) {
      if (!this.#closed)
        this.#reports.once(this.#channel.name, error, 'the notification outbox can not be read')
      return { deliveries: [], nextDueAtMs: nowMs + OUTBOX_RETRY_MS }
    }
  }

  #start(deliveries: readonly Delivery[], budget: RateBudget): void {
    for (const { deliveryId, groupKey } of deliveries) this.#inFlight.set(deliveryId, groupKey)
    const attempt = this.#attempt(deliveries, budget).finally(() => this.#attempts.delete(attempt))
    this.#attempts.add(attempt)
  }

  async #attempt(deliveries: readonly Delivery[], budget: RateBudget): Promise<void> {
    const { nowMs, random, send } = this.#parts
    budget.begin()
    const outcome = await send(this.#channel, deliveries)
    budget.end(nowMs())
    const { giveUpAfterMs } = this.#channel
    const chance = random()
    const steps = deliveries.map((delivery) => {
      const age = { ...delivery, nowMs: nowMs(), giveUpAfterMs }
      return { delivery, step: decideNextStep(outcome, age, () => chance) }
    })
    this.#inTrouble = steps.some(({ step }) => step.action === 'retry' && step.delivered !== true)
    for (const { delivery, step } of steps) {
      if (step.action === 'retry' && step.whole) budget.pauseUntil(step.atMs)
      this.#reports.count(this.#channel.name, step, delivery)
    }
    await this.#record(steps)
    for (const { deliveryId } of deliveries) {
      this.#inFlight.delete(deliveryId)
      this.#ended.add(deliveryId)
    }
    this.wake()
  }

  /** Tells the outbox, or the messages in memory, what became of each. */
  async #record(steps: readonly Settled[]): Promise<void> {
    const toTell: [string, NextStep][] = []
    for (const { delivery, step } of steps) {
      const { deliveryId } = delivery
      if (!this.#unsaved.has(deliveryId)) toTell.push([deliveryId, step])
      else if (step.action === 'retry') this.#unsaved.retryAt(deliveryId, step.atMs, step.onlyTo)
      else this.#unsaved.remove(deliveryId)
    }
    await this.#unrecorded.tell(toTell)
  }

  /** What became due since `lookedAtMs` was not started: it counts as the future, else nobody would look again. */
  #sleepUntil(wakeAtMs: number | undefined, lookedAtMs: number): void {
    clearTimeout(this.#timer)
    const nowMs = this.#parts.nowMs()
    const waits = [wakeAtMs, this.#unsaved.nextDueAtMs(lookedAtMs)].filter(
      (atMs) => atMs !== undefined,
    )
    if (this.#unrecorded.size > 0) waits.push(nowMs + OUTBOX_RETRY_MS)
    if (waits.length === 0 || this.#closed) return
    const delayMs = Math.min(Math.max(Math.min(...waits) - nowMs, 1), MAX_SLEEP_MS)
    this.#timer = setTimeout(() => this.wake(), delayMs).unref()
  }
}

/** When the channel's service may be asked; `nowMs`: now. */
function nextAtMs(budget: RateBudget, nowMs: number, { limit }: Channel): number {
  return budget.nextAtMs(nowMs, limit?.windows ?? []) ?? nowMs + SHARED_LIMIT_RETRY_MS
}
