import type { Position } from '@wardround/journal'
import type { Logger } from '@wardround/program'
import type { Batch } from '@wardround/protocol'
import type { EventRow } from '../state/event-files.ts'
import type { Facts } from '../state/facts.ts'
import type { DocumentRow } from '../state/inventory.ts'
import type { IntakeFailure } from './journal-writer.ts'

/** Text that may wait in memory for the state's disk; beyond it the collector takes no more batches. */
const MAX_WAITING_BYTES = 64 * 1_048_576

/** Nothing has failed: the disk hangs, or takes less than agents bring. */
const TOO_SLOW: IntakeFailure = {
  code: 'STATE_SLOW',
  message: 'state.db or events: storing takes too long; too much waits for it',
}

/** Where there is no fact the position alone is stored, so many times more rarely. */
const IDLE_FACTOR = 10

export interface FactFeedParts {
  /** Durable when it resolves. */
  store(facts: Facts): Promise<void>
  /** Records before the position hold no fact that isn't stored. */
  onCovered(position: Position): void
  readonly log: Logger
  readonly everyMs: number
}

/** The consumer of the journal that keeps events and documents: gathers them and has them stored once a second. */
export class FactFeed implements AsyncDisposable {
  readonly #parts: FactFeedParts
  #events: EventRow[] = []
  #documents: DocumentRow[] = []
  #bytes = 0
  #covered: Position | undefined
  #timer: NodeJS.Timeout | undefined
  #delayMs = 0
  #failure: IntakeFailure | undefined
  #storing: Promise<void> = Promise.resolve()

  constructor(parts: FactFeedParts) {
    this.#parts = parts
  }

  /** What stops storing now, if anything. */
  get failure(): IntakeFailure | undefined {
    return this.#failure
  }

  /** A reason to take no more batches: what waits here would grow without bound. */
  get refusal(): IntakeFailure | undefined {
    return this.#bytes > MAX_WAITING_BYTES ? (this.#failure ?? TOO_SLOW) : undefined
  }

  /** The batch is durable; `end` is where the journal's next record starts. */
  take({ events, documents }: Batch, end: Position): void {
    for (const { subject, timeMs, key, kind, body } of events) {
      const text = JSON.stringify(body)
      this.#bytes += text.length
      this.#events.push({ atMs: timeMs, subject, kind, key, body: text })
    }
    for (const { subject, timeMs, name, keep, body } of documents) {
      const text = JSON.stringify(body)
      this.#bytes += text.length
      this.#documents.push({ atMs: timeMs, subject, name, keep, body: text })
    }
    this.#covered = end
    const hasFacts = this.#events.length + this.#documents.length > 0
    this.#schedule(this.#parts.everyMs * (hasFacts ? 1 : IDLE_FACTOR))
  }

  /** Stores what waits; what fails is tried again with what comes next. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#storing = this.#storing.then(() => this.#store())
    await this.#storing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.flush()
    clearTimeout(this.#timer)
  }

  async #store(): Promise<void> {
    const covered = this.#covered
    if (covered === undefined) return
    const [events, documents, bytes] = [this.#events, this.#documents, this.#bytes]
    this.#events = []
    this.#documents = []
    this.#covered = undefined
    try {
      await this.#parts.store({ events, documents, covered })
      this.#bytes -= bytes
      this.#failure = undefined
      this.#parts.onCovered(covered)
    } catch (error) {
      this.#events = [...events, ...this.#events]
      this.#documents = [...documents, ...this.#documents]
      this.#covered ??= covered
      this.#failed(error)
      this.#schedule(this.#parts.everyMs)
    }
  }

  /** Keeps the earlier of two times. */
  #schedule(delayMs: number): void {
    if (this.#timer !== undefined && this.#delayMs <= delayMs) return
    clearTimeout(this.#timer)
    this.#delayMs = delayMs
    this.#timer = setTimeout(() => void this.flush(), delayMs)
  }

  #failed(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error)
    if (this.#failure?.message !== message) {
      this.#parts.log.error({ err: error }, 'events and documents can not be stored')
    }
    this.#failure = { code: 'STATE_IO', message: `state.db or events: ${message}` }
  }
}
