import { createHash } from 'node:crypto'
import type { JsonValue } from '@wardround/protocol'
import { RateLimit } from './rate-limit.ts'
import { RepeatFilter } from './repeat-filter.ts'

/** An event to be sent. */
export interface WaitingEvent {
  readonly key: string
  readonly timeMs: number
  /** '' for a sender that agent.yaml does not name. */
  readonly subject: string
  readonly body: Readonly<Record<string, JsonValue>>
}

/** What one lane may take. */
export interface LaneBounds {
  readonly ratePerSecond: number
  readonly repeatWithinMs: number
  /** What waits for the next run. */
  readonly maxWaiting: number
  readonly maxCharacters: number
}

/** What became of a record. */
export type Taken = 'kept' | 'repeat' | 'full'

/** The way of a record from its packet to its event. Known devices have one of their own, where no stranger can be before them. */
export class IntakeLane {
  readonly #bounds: LaneBounds
  readonly #rate: RateLimit
  readonly #repeats: RepeatFilter<WaitingEvent>
  #waiting: WaitingEvent[] = []
  #characters = 0

  constructor(bounds: LaneBounds) {
    this.#bounds = bounds
    this.#rate = new RateLimit(bounds.ratePerSecond)
    this.#repeats = new RepeatFilter(bounds.repeatWithinMs)
  }

  get waiting(): number {
    return this.#waiting.length
  }

  /** Whether one more packet of this sender may be looked at. */
  admits(address: string, monotonicMs: number): boolean {
    return this.#rate.take(address, monotonicMs)
  }

  /** @param text what tells it from others of the same sender */
  take(address: string, text: string, event: WaitingEvent, monotonicMs: number): Taken {
    const name = `${address} ${digestOf(text)}`
    if (!this.#repeats.isFirst(name, event, monotonicMs, event.timeMs)) return 'repeat'
    return this.queue(event) ? 'kept' : 'full'
  }

  /** False where too much waits already. */
  queue(event: WaitingEvent): boolean {
    const { maxWaiting, maxCharacters } = this.#bounds
    if (this.#waiting.length >= maxWaiting || this.#characters > maxCharacters) return false
    this.#characters += lengthOf(event)
    this.#waiting.push(event)
    return true
  }

  /** Repeats whose time is over become events too; returns how many of them did not fit. */
  endRepeats(monotonicMs: number): number {
    let lost = 0
    for (const { first, count, lastMs } of this.#repeats.takeOver(monotonicMs)) {
      const isQueued = this.queue({
        ...first,
        key: `${first.key} repeats`,
        timeMs: lastMs,
        body: { ...first.body, repeats: count, first: new Date(first.timeMs).toISOString() },
      })
      if (!isQueued) lost++
    }
    return lost
  }

  /** The oldest that wait, no more than `most`. */
  drain(most: number): WaitingEvent[] {
    const events = this.#waiting.splice(0, most)
    for (const event of events) this.#characters -= lengthOf(event)
    return events
  }
}

/** About what it takes in memory. */
function lengthOf({ body: { text, values } }: WaitingEvent): number {
  const ofValues = Array.isArray(values) ? 200 * values.length : 0
  return 512 + ofValues + (typeof text === 'string' ? text.length : 0)
}

/** A thousand long texts that are watched for repeats are not worth their memory. */
function digestOf(text: string): string {
  return text.length < 64 ? text : createHash('sha256').update(text).digest('base64')
}
