import type { Logger } from '@wardround/program'
import type { FailedAttempt, NewDelivery, NotificationOutbox } from '../outbox/outbox-store.ts'
import { UnsavedMessages } from './unsaved-messages.ts'

interface RemovedParts {
  readonly outbox: Pick<NotificationOutbox, 'giveUpOthers'>
  /** Channels whose messages are left alone: those that are configured, and those that are still ending. */
  readonly kept: () => readonly string[]
  readonly log: Logger
  readonly nowMs: () => number
  readonly onGivenUp: (delivery: NewDelivery, failure: FailedAttempt) => void
}

/** Rows in one transaction. */
const AT_A_TIME = 500

/** What was on its way when its channel was removed is found by then. */
const LOOK_EVERY_MS = 60_000

const REMOVED = {
  zh: '该通道已从配置中删除',
  en: 'the channel was taken out of the configuration',
}

/** Messages for channels that are configured no more: given up, so that people see it, and never forgotten. */
export class RemovedChannels {
  readonly #parts: RemovedParts
  /** What the outbox could not take; it is handed over as the channels' own. */
  readonly unsaved = new UnsavedMessages()
  #looking: Promise<void> = Promise.resolve()
  readonly #timer: NodeJS.Timeout
  #closed = false

  constructor(parts: RemovedParts) {
    this.#parts = parts
    this.#timer = setInterval(() => this.look(), LOOK_EVERY_MS).unref()
  }

  /** Gives up what waits for them. */
  look(): void {
    this.#looking = this.#looking.then(() => this.#giveUpAll())
  }

  /** Resolves when what is under way has ended. */
  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#timer)
    await this.#looking
  }

  async #giveUpAll(): Promise<void> {
    const { outbox, kept, log, nowMs, onGivenUp } = this.#parts
    const counts = new Map<string, number>()
    try {
      for (let more = true; more && !this.#closed;) {
        const failure: FailedAttempt = { atMs: nowMs(), reason: 'removed', detail: REMOVED }
        const givenUp = await outbox.giveUpOthers(kept(), failure, AT_A_TIME)
        for (const delivery of givenUp) {
          counts.set(delivery.channel, (counts.get(delivery.channel) ?? 0) + 1)
          onGivenUp(delivery, failure)
        }
        more = givenUp.length === AT_A_TIME
      }
    } catch (error) {
      log.error({ err: error }, 'messages for removed channels could not be given up; tried again')
    }
    for (const [channel, messages] of counts)
      log.error({ channel, messages }, 'messages were given up: their channel was removed')
  }
}
