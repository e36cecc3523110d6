import type { Notice } from '../notice.ts'
import type { Notifier } from '../delivery/notifier.ts'
import type { NotificationOutbox } from '../outbox/outbox-store.ts'
import type { RelaySender } from './relay-senders.ts'

/** A notice of another collector, and the channel of this one that it is for. */
export interface RelayedNotice {
  /** As the other's outbox has it: a repeat is known by it. */
  readonly deliveryId: string
  readonly channel: string
  readonly notice: Notice
}

interface RelayInboxParts {
  readonly outbox: Pick<NotificationOutbox, 'enqueue'>
  readonly notifier: Pick<Notifier, 'wake' | 'nowMs'>
}

/** Takes notices of other collectors into this one's outbox. */
export class RelayInbox {
  readonly #parts: RelayInboxParts
  #senders: readonly RelaySender[]

  constructor(senders: readonly RelaySender[], parts: RelayInboxParts) {
    this.#senders = senders
    this.#parts = parts
  }

  /** Puts another configuration in force. */
  replace(senders: readonly RelaySender[]): void {
    this.#senders = senders
  }

  senderOf(name: string): RelaySender | undefined {
    return this.#senders.find((sender) => sender.name === name)
  }

  /**
   * It is durably in the outbox when this resolves; one that was there before changes nothing, and so two collectors that relay to each other end there too. Groups
   * of different collectors are not one group, whatever their keys are. Rejects where the outbox can't be written.
   */
  async take({ name }: RelaySender, { deliveryId, channel, notice }: RelayedNotice): Promise<void> {
    const { outbox, notifier } = this.#parts
    const groupKey = `${name} ${notice.groupKey}`
    const relayed = { ...notice, channel, groupKey }
    const createdAtMs = notifier.nowMs()
    await outbox.enqueue([{ deliveryId, channel, groupKey, createdAtMs, notice: relayed }])
    notifier.wake()
  }
}
