import type { NextStep } from './next-step.ts'
import type { FailedAttempt } from './outbox-store.ts'

/** What one channel has come to since the start of the process. */
export interface QueueStatus {
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

  count(step: NextStep, atMs: number): void {
    if (step.action === 'sent') {
      this.#sent++
      this.#lastSentAtMs = atMs
      this.#refusal = undefined
      return
    }
    this.#failedAttempts++
    this.#lastFailure = step.failure
    if (step.action !== 'giveUp') return
    this.#givenUp++
    this.#refusal = step.failure
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
