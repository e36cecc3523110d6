import { MAX_UNSAVED_DELIVERIES } from '../limits.ts'
import type { Delivery, NewDelivery } from '../outbox/outbox-store.ts'

/** One channel's messages that the outbox could not take: sent from memory, and handed over when the outbox can be written. */
export class UnsavedMessages {
  readonly #messages = new Map<string, Delivery>()
  /** Those that are being saved just now: not to be sent. */
  readonly #saving = new Set<string>()
  #dropped = 0

  get size(): number {
    return this.#messages.size
  }

  /** Messages lost because there were too many. */
  get dropped(): number {
    return this.#dropped
  }

  has(deliveryId: string): boolean {
    return this.#messages.has(deliveryId)
  }

  hold(delivery: NewDelivery): void {
    this.#messages.set(delivery.deliveryId, {
      ...delivery,
      attempts: 0,
      notBeforeMs: 0,
      onlyTo: undefined,
    })
    const [oldest] = this.#messages.keys()
    if (this.#messages.size <= MAX_UNSAVED_DELIVERIES || oldest === undefined) return
    this.#messages.delete(oldest)
    this.#dropped++
  }

  /** Gives those that aren't under way, to be saved; they wait until settle(). */
  take(isUnderWay: (deliveryId: string) => boolean): NewDelivery[] {
    const taken = [...this.#messages.values()].filter(({ deliveryId }) => !isUnderWay(deliveryId))
    for (const { deliveryId } of taken) this.#saving.add(deliveryId)
    return taken
  }

  /** Whether what take() gave has been saved; true where there was anything. */
  settle(saved: boolean): boolean {
    if (this.#saving.size === 0) return false
    if (saved) for (const deliveryId of this.#saving) this.#messages.delete(deliveryId)
    this.#saving.clear()
    return true
  }

  /** Those that may be sent, due or not. */
  waiting(): Delivery[] {
    return [...this.#messages.values()].filter(({ deliveryId }) => !this.#saving.has(deliveryId))
  }

  due(nowMs: number): Delivery[] {
    return this.waiting().filter(({ notBeforeMs }) => notBeforeMs <= nowMs)
  }

  /** When the next one that isn't due yet will be. */
  nextDueAtMs(nowMs: number): number | undefined {
    const later = [...this.#messages.values()]
      .map(({ notBeforeMs }) => notBeforeMs)
      .filter((notBeforeMs) => notBeforeMs > nowMs)
    return later.length === 0 ? undefined : Math.min(...later)
  }

  /** It was sent, or will never be. */
  remove(deliveryId: string): void {
    this.#messages.delete(deliveryId)
  }

  /** An attempt failed; with `onlyTo` it is left for these alone, a group of its own. */
  retryAt(deliveryId: string, notBeforeMs: number, onlyTo?: readonly string[]): void {
    const message = this.#messages.get(deliveryId)
    if (message === undefined) return
    const left = onlyTo === undefined ? {} : { onlyTo, groupKey: deliveryId }
    const attempts = message.attempts + 1
    this.#messages.set(deliveryId, { ...message, ...left, attempts, notBeforeMs })
  }
}
