import type { NextStep } from './next-step.ts'
import type { NotificationOutbox } from '../outbox/outbox-store.ts'

/** What became of a message, by its id. */
type Step = readonly [deliveryId: string, step: NextStep]

interface UnrecordedParts {
  readonly outbox: Pick<NotificationOutbox, 'markSent' | 'markFailed' | 'giveUp'>
  readonly nowMs: () => number
  /** What the channel's service counts by. */
  readonly service: () => string
  readonly onFailure: (error: unknown) => void
}

/** Tells the outbox what became of messages, and keeps what it could not be told yet: without it a message would be sent again and again. */
export class UnrecordedSteps {
  readonly #parts: UnrecordedParts
  readonly #steps = new Map<string, NextStep>()

  constructor(parts: UnrecordedParts) {
    this.#parts = parts
  }

  get size(): number {
    return this.#steps.size
  }

  has(deliveryId: string): boolean {
    return this.#steps.has(deliveryId)
  }

  /** Never rejects: what could not be told waits for tellAgain. */
  async tell(steps: readonly Step[]): Promise<void> {
    for (const [deliveryId, step] of steps) this.#steps.set(deliveryId, step)
    const { outbox, nowMs, onFailure } = this.#parts
    const atMs = nowMs()
    const sent = steps.filter(([, step]) => isWhollySent(step)).map(([id]) => id)
    try {
      // In one call: the messages of a digest have one time, by which they are known as one request.
      if (sent.length > 0) await outbox.markSent(sent, atMs)
      this.#forget(sent)
      for (const [id, step] of steps) {
        await this.#tellOne(id, step, atMs)
        this.#forget([id])
      }
    } catch (error) {
      onFailure(error)
    }
  }

  async #tellOne(id: string, step: NextStep, atMs: number): Promise<void> {
    const { outbox, service } = this.#parts
    if (step.action === 'giveUp') return outbox.giveUp([id], step.failure)
    if (step.action === 'sent')
      return isWhollySent(step) ? undefined : outbox.markSent([id], atMs, step.unreached)
    const { failure, asked, onlyTo, partly, atMs: untilMs } = step
    const pause = asked ? { service: service(), untilMs } : undefined
    return outbox.markFailed([id], failure, untilMs, { pause, onlyTo, partly })
  }

  tellAgain(): Promise<void> {
    return this.tell([...this.#steps])
  }

  #forget(deliveryIds: readonly string[]): void {
    for (const deliveryId of deliveryIds) this.#steps.delete(deliveryId)
  }
}

function isWhollySent(step: NextStep): boolean {
  return step.action === 'sent' && step.unreached === undefined
}
