import { type BatchId, formatMessage, SequenceRanges } from '@wardround/protocol'

/** Who has acknowledgements to send. */
export interface AckSender {
  send(text: string): void
}

/**
 * Collects what became durable and acknowledges it once a turn of the event loop: a group commit makes hundreds of batches durable
 * at once, and each connection then gets one message for each epoch.
 */
export class AckQueue {
  readonly #waiting = new Map<AckSender, Map<string, SequenceRanges>>()

  add(to: AckSender, { epoch, sequence }: BatchId): void {
    if (this.#waiting.size === 0) setImmediate(() => this.#flush())
    let epochs = this.#waiting.get(to)
    if (epochs === undefined) this.#waiting.set(to, (epochs = new Map()))
    let ranges = epochs.get(epoch)
    if (ranges === undefined) epochs.set(epoch, (ranges = new SequenceRanges()))
    ranges.add(sequence)
  }

  #flush(): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const [to, epochs] of waiting) {
      for (const [epoch, ranges] of epochs) {
        to.send(formatMessage({ type: 'ack', epoch, ranges: ranges.toJSON() }))
      }
    }
  }
}
