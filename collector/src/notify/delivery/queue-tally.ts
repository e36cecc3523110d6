import type { NextStep } from './next-step.ts'
import type { FailedAttempt } from '../outbox/outbox-store.ts'

/** What one channel has come to since the start of the process. */
export interface QueueStatus {
  /** Messages that somebody got. */
  readonly sent: number
  readonly failedAttempts: number
  readonly givenUp: number
  /** Messages in memory alone, because the outbox can't be written. */
  readonly unsaved: number
  /** Messages that were lost: the outbox could not be written and memory was full. */
  readonly dropped: number
  readonly lastFailure: FailedAttempt | undefined
  /** Why the newest message was given up, until one gets through. */
  readonly refusal: FailedAttempt | undefined
  readonly lastSentAtMs: number | undefined
}

/** Counts what became of a channel's attempts. */
export class QueueTally {
  #sent = 0
  #failedAttempts = 0
  #givenUp = 0
  #lastFailure: FailedAttempt | undefined
  #refusal: FailedAttempt | undefined
  #lastSentAtMs: number | undefined

  /** `isRest`: the message was counted as sent when the first of its recipients got it. */
  count(step: NextStep, atMs: number, isRest: boolean): void {
    const failure = step.action === 'sent' ? step.unreached : step.failure
    if (failure !== undefined) {
      this.#failedAttempts++
      this.#lastFailure = failure
    }
    if (step.action === 'giveUp') {
      this.#givenUp++
      this.#refusal = step.failure
    } else if (step.action === 'sent' || step.delivered === true) this.#delivered(atMs, isRest)
  }

  #delivered(atMs: number, isRest: boolean): void {
    if (!isRest) this.#sent++
    this.#lastSentAtMs = atMs
    this.#refusal = undefined
  }

  status(): Omit<QueueStatus, 'unsaved' | 'dropped'> {
    return {
      sent: this.#sent,
      failedAttempts: this.#failedAttempts,
      givenUp: this.#givenUp,
      lastFailure: this.#lastFailure,
      refusal: this.#refusal,
      lastSentAtMs: this.#lastSentAtMs,
    }
  }
}
