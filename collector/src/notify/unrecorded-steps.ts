import type { NextStep } from './next-step.ts'
import type { NotificationOutbox } from './outbox-store.ts'

/** What became of a message, by its id. */
type Step = readonly [deliveryId: string, step: NextStep]

interface UnrecordedParts {
  readonly outbox: Pick<NotificationOutbox, 'markSent' | 'markFailed' | 'giveUp'>
  readonly nowMs: () => number
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
    const sent = steps.filter(([, { action }]) => action === 'sent').map(([id]) => id)
    try {
      // In one call: the messages of a digest have one time, by which they are known as one request.
      if (sent.length > 0) await outbox.markSent(sent, nowMs())
      this.#forget(sent)
      for (const [id, step] of steps) {
        if (step.action === 'giveUp') await outbox.giveUp([id], step.failure)
        if (step.action === 'retry') await outbox.markFailed([id], step.failure, step.atMs)
        this.#forget([id])
      }
    } catch (error) {
      onFailure(error)
    }
  }

  tellAgain(): Promise<void> {
    return this.tell([...this.#steps])
  }

  #forget(deliveryIds: readonly string[]): void {
    for (const deliveryId of deliveryIds) this.#steps.delete(deliveryId)
  }
}
