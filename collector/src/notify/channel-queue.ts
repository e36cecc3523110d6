import type { Logger } from '@wardround/program'
import type { AttemptOutcome } from './attempt-outcome.ts'
import type { Channel } from './channel.ts'
import { MAX_IN_FLIGHT_PER_CHANNEL, MAX_NOTICES_PER_DIGEST } from './limits.ts'
import { decideNextStep, type NextStep } from './next-step.ts'
import type { Delivery, FailedAttempt, NewDelivery, NotificationOutbox } from './outbox-store.ts'
import type { RateBudget } from './rate-budget.ts'
import { type QueueStatus, QueueTally } from './queue-tally.ts'
import { UnrecordedSteps } from './unrecorded-steps.ts'
import { UnsavedMessages } from './unsaved-messages.ts'

/** Makes one attempt with messages that go out as one; never rejects. */
type Send = (channel: Channel, deliveries: readonly NewDelivery[]) => Promise<AttemptOutcome>

export interface QueueParts {
  readonly outbox: NotificationOutbox
  readonly send: Send
  /** What the channel's service still lets itself be asked; undefined: there is no limit. */
  readonly budgetOf: (channel: Channel) => Promise<RateBudget | undefined>
  readonly log: Logger
  readonly nowMs: () => number
  readonly random: () => number
  readonly onGivenUp: (delivery: NewDelivery, failure: FailedAttempt) => void
}

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
 * a time, and over the limit all that waits as one digest. A channel in trouble is given one message at a time until one gets through. Its own state
 * is only what a restart may forget.
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
  #pausedUntilMs = 0
  #inTrouble = false
  #pumping = false
  #pumpAgain = false
  #timer: NodeJS.Timeout | undefined
  #closed = false
  #lastLogged = ''
  readonly #tally = new QueueTally()

  constructor(channel: Channel, parts: QueueParts) {
    this.#channel = channel
    this.#parts = parts
    this.#unrecorded = new UnrecordedSteps({
      ...parts,
      onFailure: (error) => {
        if (!this.#closed) this.#logOnce(error, 'the notification outbox can not be written')
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
    return { ...this.#tally.status(), unsaved, dropped }
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
    if (nowMs < this.#pausedUntilMs) return this.#pausedUntilMs
    // Only where nothing else is being told it.
    if (this.#inFlight.size === 0) await this.#unrecorded.tellAgain()
    if (this.#channel.limit !== undefined) return this.#startWithinLimit(nowMs)
    const room = (this.#inTrouble ? 1 : MAX_IN_FLIGHT_PER_CHANNEL) - this.#inFlight.size
    if (room <= 0 || this.#closed) return undefined
    const skipped = this.#inFlight.size + this.#unrecorded.size
    this.#ended.clear()
    const found = await this.#readDue(nowMs, room + skipped, 'heads')
    if (this.#closed) return undefined
    const groups = new Set(this.#inFlight.values())
    let started = 0
    for (const delivery of [...found.deliveries, ...this.#unsaved.due(nowMs)]) {
      if (started === room) break
      if (groups.has(delivery.groupKey) || this.#isSettled(delivery)) continue
      groups.add(delivery.groupKey)
      started++
      this.#start([delivery], undefined)
    }
    return found.nextDueAtMs
  }

  /** One message while there is room for each that waits, else all of them as one. */
  async #startWithinLimit(nowMs: number): Promise<number | undefined> {
    if (this.#inFlight.size > 0 || this.#closed) return undefined
    const budget = await this.#parts.budgetOf(this.#channel)
    const mayBeginAtMs = budget?.nextAtMs(nowMs) ?? nowMs + SHARED_LIMIT_RETRY_MS
    if (mayBeginAtMs > nowMs) return mayBeginAtMs
    this.#ended.clear()
    const most = MAX_NOTICES_PER_DIGEST + this.#unrecorded.size
    const found = await this.#readDue(nowMs, most, 'all')
    const waiting = [...found.deliveries, ...this.#unsaved.due(nowMs)].filter(
      (delivery) => !this.#isSettled(delivery),
    )
    const [first] = waiting
    if (first === undefined || this.#closed) return found.nextDueAtMs
    const each = waiting.length <= Math.max(1, budget?.free(nowMs) ?? 1)
    this.#start(each ? [first] : waiting.slice(0, MAX_NOTICES_PER_DIGEST), budget)
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
      if (!this.#closed) this.#logOnce(error, 'the notification outbox can not be read')
      return { deliveries: [], nextDueAtMs: nowMs + OUTBOX_RETRY_MS }
    }
  }

  #start(deliveries: readonly Delivery[], budget: RateBudget | undefined): void {
    for (const { deliveryId, groupKey } of deliveries) this.#inFlight.set(deliveryId, groupKey)
    const attempt = this.#attempt(deliveries, budget).finally(() => this.#attempts.delete(attempt))
    this.#attempts.add(attempt)
  }

  async #attempt(deliveries: readonly Delivery[], budget: RateBudget | undefined): Promise<void> {
    const { nowMs, random, send } = this.#parts
    budget?.begin()
    const outcome = await send(this.#channel, deliveries)
    budget?.end(nowMs())
    const { giveUpAfterMs } = this.#channel
    const chance = random()
    const steps = deliveries.map((delivery) => {
      const { attempts, createdAtMs } = delivery
      const age = { attempts, createdAtMs, nowMs: nowMs(), giveUpAfterMs }
      return { delivery, step: decideNextStep(outcome, age, () => chance) }
    })
    this.#inTrouble = steps.some(({ step }) => step.action === 'retry')
    for (const { delivery, step } of steps) this.#count(step, delivery)
    await this.#record(steps)
    for (const { deliveryId } of deliveries) {
      this.#inFlight.delete(deliveryId)
      this.#ended.add(deliveryId)
    }
    this.wake()
  }

  #count(step: NextStep, delivery: Delivery): void {
    const { log, nowMs, onGivenUp } = this.#parts
    const { deliveryId } = delivery
    const channel = this.#channel.name
    this.#tally.count(step, nowMs())
    if (step.action === 'sent') {
      if (this.#lastLogged !== '') log.info({ channel }, 'the channel takes messages again')
      this.#lastLogged = ''
      return
    }
    const { reason, detail } = step.failure
    if (step.action === 'giveUp') {
      log.error({ channel, deliveryId, reason, detail }, 'a message was given up')
      onGivenUp(delivery, step.failure)
    } else {
      if (step.whole) this.#pausedUntilMs = step.atMs
      if (this.#lastLogged !== detail)
        log.warn({ channel, reason, detail }, 'the channel does not take messages')
      this.#lastLogged = detail
    }
  }

  /** Tells the outbox, or the messages in memory, what became of each. */
  async #record(steps: readonly Settled[]): Promise<void> {
    const toTell: [string, NextStep][] = []
    for (const { delivery, step } of steps) {
      const { deliveryId } = delivery
      if (!this.#unsaved.has(deliveryId)) toTell.push([deliveryId, step])
      else if (step.action === 'retry') this.#unsaved.retryAt(deliveryId, step.atMs)
      else this.#unsaved.remove(deliveryId)
    }
    await this.#unrecorded.tell(toTell)
  }

  #logOnce(error: unknown, message: string): void {
    if (this.#lastLogged === message) return
    this.#lastLogged = message
    this.#parts.log.error({ err: error, channel: this.#channel.name }, message)
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
