import type { Logger } from '@wardround/program'
import { MAX_IN_FLIGHT_PER_WEBHOOK } from './limits.ts'
import { decideNextStep, type AttemptOutcome, type NextStep } from './next-step.ts'
import type { Delivery, FailedAttempt, NewDelivery, NotificationOutbox } from './outbox-store.ts'
import { UnsavedMessages } from './unsaved-messages.ts'
import type { Webhook } from './webhook.ts'

/** Sends one message once; never rejects. */
type Send = (webhook: Webhook, delivery: NewDelivery) => Promise<AttemptOutcome>

export interface QueueParts {
  readonly outbox: NotificationOutbox
  readonly send: Send
  readonly log: Logger
  readonly nowMs: () => number
  readonly random: () => number
  readonly onGivenUp: (delivery: NewDelivery, failure: FailedAttempt) => void
}

/** A timer's longest delay; later messages are looked at again then. */
const MAX_SLEEP_MS = 60_000

/** How long to wait when the outbox can't be read. */
const OUTBOX_RETRY_MS = 1000

/** What one webhook has come to since the start of the process. */
export interface QueueStatus {
  readonly sent: number
  readonly failedAttempts: number
  readonly givenUp: number
  /** Messages in memory alone, because the outbox can't be written. */
  readonly unsaved: number
  /** Messages that were lost: the outbox could not be written and memory was full. */
  readonly dropped: number
  readonly lastFailure: FailedAttempt | undefined
  readonly lastSentAtMs: number | undefined
}

/**
 * Sends the messages of one webhook from the outbox: several at a time, those of one group one after the other. A webhook in trouble is given
 * one message at a time until one gets through. Its own state is only what a restart may forget.
 */
export class WebhookQueue {
  readonly #parts: QueueParts
  #webhook: Webhook
  /** Group of each message under way, by its id. */
  readonly #inFlight = new Map<string, string>()
  readonly #attempts = new Set<Promise<void>>()
  /** Messages whose attempt ended while the outbox was being read: what was read of them is old. */
  readonly #ended = new Set<string>()
  /** What the outbox could not be told yet, by message: without it a message would be sent again and again. */
  readonly #unrecorded = new Map<string, () => Promise<void>>()
  readonly #unsaved = new UnsavedMessages()
  #pausedUntilMs = 0
  #inTrouble = false
  #pumping = false
  #pumpAgain = false
  #timer: NodeJS.Timeout | undefined
  #closed = false
  #lastLogged = ''
  #sent = 0
  #failedAttempts = 0
  #givenUp = 0
  #lastFailure: FailedAttempt | undefined
  #lastSentAtMs: number | undefined

  constructor(webhook: Webhook, parts: QueueParts) {
    this.#webhook = webhook
    this.#parts = parts
  }

  /** New settings under the same name. */
  set webhook(webhook: Webhook) {
    this.#webhook = webhook
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
    return {
      sent: this.#sent,
      failedAttempts: this.#failedAttempts,
      givenUp: this.#givenUp,
      unsaved: this.#unsaved.size,
      dropped: this.#unsaved.dropped,
      lastFailure: this.#lastFailure,
      lastSentAtMs: this.#lastSentAtMs,
    }
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
    await this.#recordAgain()
    const room = (this.#inTrouble ? 1 : MAX_IN_FLIGHT_PER_WEBHOOK) - this.#inFlight.size
    if (room <= 0 || this.#closed) return undefined
    const skipped = this.#inFlight.size + this.#unrecorded.size
    this.#ended.clear()
    const found = await this.#readDue(nowMs, room + skipped)
    const groups = new Set(this.#inFlight.values())
    let started = 0
    for (const delivery of [...found.deliveries, ...this.#unsaved.due(nowMs)]) {
      const { deliveryId, groupKey } = delivery
      if (started === room) break
      if (groups.has(groupKey) || this.#ended.has(deliveryId)) continue
      if (this.#unrecorded.has(deliveryId)) continue
      groups.add(groupKey)
      started++
      this.#start(delivery)
    }
    return found.nextDueAtMs
  }

  async #readDue(nowMs: number, limit: number) {
    try {
      return await this.#parts.outbox.due(this.#webhook.name, nowMs, limit)
    } catch (error) {
      if (!this.#closed) this.#logOnce(error, 'the notification outbox can not be read')
      return { deliveries: [], nextDueAtMs: nowMs + OUTBOX_RETRY_MS }
    }
  }

  #start(delivery: Delivery): void {
    this.#inFlight.set(delivery.deliveryId, delivery.groupKey)
    const attempt = this.#attempt(delivery).finally(() => this.#attempts.delete(attempt))
    this.#attempts.add(attempt)
  }

  async #attempt(delivery: Delivery): Promise<void> {
    const { deliveryId, attempts, createdAtMs } = delivery
    const { nowMs, random, send } = this.#parts
    const outcome = await send(this.#webhook, delivery)
    const { giveUpAfterMs } = this.#webhook
    const age = { attempts, createdAtMs, nowMs: nowMs(), giveUpAfterMs }
    const step = decideNextStep(outcome, age, random)
    this.#count(step, delivery)
    await this.#record(step, delivery)
    this.#inFlight.delete(deliveryId)
    this.#ended.add(deliveryId)
    this.wake()
  }

  #count(step: NextStep, delivery: Delivery): void {
    const { log, nowMs, onGivenUp } = this.#parts
    const { deliveryId } = delivery
    const webhook = this.#webhook.name
    this.#inTrouble = step.action === 'retry'
    if (step.action === 'sent') {
      this.#sent++
      this.#lastSentAtMs = nowMs()
      if (this.#lastLogged !== '') log.info({ webhook }, 'the webhook takes messages again')
      this.#lastLogged = ''
      return
    }
    this.#failedAttempts++
    this.#lastFailure = step.failure
    const { reason, detail } = step.failure
    if (step.action === 'giveUp') {
      this.#givenUp++
      log.error({ webhook, deliveryId, reason, detail }, 'a message was given up')
      onGivenUp(delivery, step.failure)
    } else {
      if (step.whole) this.#pausedUntilMs = step.atMs
      if (this.#lastLogged !== detail)
        log.warn({ webhook, reason, detail }, 'the webhook does not take messages')
      this.#lastLogged = detail
    }
  }

  /** Tells the outbox, or the messages in memory, what became of one. */
  async #record(step: NextStep, { deliveryId }: Delivery): Promise<void> {
    if (this.#unsaved.has(deliveryId)) {
      if (step.action === 'retry') this.#unsaved.retryAt(deliveryId, step.atMs)
      else this.#unsaved.remove(deliveryId)
      return
    }
    this.#unrecorded.set(deliveryId, () => this.#tell(step, deliveryId))
    await this.#recordAgain()
  }

  #tell(step: NextStep, deliveryId: string): Promise<void> {
    const { outbox, nowMs } = this.#parts
    if (step.action === 'sent') return outbox.markSent(deliveryId, nowMs())
    if (step.action === 'giveUp') return outbox.giveUp(deliveryId, step.failure)
    return outbox.markFailed(deliveryId, step.failure, step.atMs)
  }

  async #recordAgain(): Promise<void> {
    for (const [deliveryId, tell] of this.#unrecorded) {
      try {
        await tell()
        this.#unrecorded.delete(deliveryId)
      } catch (error) {
        if (!this.#closed) this.#logOnce(error, 'the notification outbox can not be written')
        return
      }
    }
  }

  #logOnce(error: unknown, message: string): void {
    if (this.#lastLogged === message) return
    this.#lastLogged = message
    this.#parts.log.error({ err: error, webhook: this.#webhook.name }, message)
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
