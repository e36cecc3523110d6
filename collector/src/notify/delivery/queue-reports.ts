import type { Logger } from '@wardround/program'
import { detailIn } from './failure-detail.ts'
import type { NextStep } from './next-step.ts'
import type { Delivery, FailedAttempt, NewDelivery } from '../outbox/outbox-store.ts'
import { type QueueStatus, QueueTally } from './queue-tally.ts'

interface ReportParts {
  readonly log: Logger
  readonly nowMs: () => number
  /** A message was given up, or some of its recipients will not get it. */
  readonly onGivenUp: (delivery: NewDelivery, failure: FailedAttempt) => void
}

/** Counts and says what becomes of a channel's messages; a trouble that goes on is said once. */
export class QueueReports {
  readonly #parts: ReportParts
  readonly #tally = new QueueTally()
  #lastLogged = ''

  constructor(parts: ReportParts) {
    this.#parts = parts
  }

  status(): Omit<QueueStatus, 'unsaved' | 'dropped'> {
    return this.#tally.status()
  }

  count(channel: string, step: NextStep, delivery: Delivery): void {
    const { log, nowMs, onGivenUp } = this.#parts
    this.#tally.count(step, nowMs(), delivery.onlyTo !== undefined)
    const failure = step.action === 'sent' ? step.unreached : step.failure
    if (failure === undefined) {
      if (this.#lastLogged !== '') log.info({ channel }, 'the channel takes messages again')
      this.#lastLogged = ''
      return
    }
    const { reason } = failure
    const detail = detailIn(failure.detail, 'en')
    if (step.action === 'retry') {
      if (this.#lastLogged !== detail)
        log.warn({ channel, reason, detail }, 'the channel does not take messages')
      this.#lastLogged = detail
      return
    }
    const { deliveryId } = delivery
    const what =
      step.action === 'sent' ? 'a message did not reach all recipients' : 'a message was given up'
    log.error({ channel, deliveryId, reason, detail }, what)
    onGivenUp(delivery, failure)
  }

  once(channel: string, error: unknown, message: string): void {
    if (this.#lastLogged === message) return
    this.#lastLogged = message
    this.#parts.log.error({ err: error, channel }, message)
  }
}
