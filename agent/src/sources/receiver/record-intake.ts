import { createHash } from 'node:crypto'
import type { JsonValue } from '@wardround/protocol'
import type { Clocks } from '../../clocks.ts'
import { addRecent, takeRecent } from '../log/recent-counts.ts'
import { RateLimit } from './rate-limit.ts'
import { plainAddress, type ReceiverSettings } from './receiver-options.ts'
import { RepeatFilter } from './repeat-filter.ts'

/** A record as a device sent it, understood. */
export interface ReceivedRecord {
  /** Of the event's body, beside sender and time. */
  readonly body: Readonly<Record<string, JsonValue>>
  /** What tells it from others of the same sender. */
  readonly text: string
  /** Names of the rules that it matches. */
  readonly rules: readonly string[]
}

/** An event to be sent. */
export interface WaitingEvent {
  readonly key: string
  readonly timeMs: number
  /** '' for a sender that agent.yaml does not name. */
  readonly subject: string
  readonly body: Readonly<Record<string, JsonValue>>
}

/** Why something that was sent to us is not kept. */
export type LossReason = 'rate' | 'full' | 'malformed' | 'refused'

/** What waits for the next run: some minutes of a storm. */
const MAX_WAITING = 5_000
const MAX_WAITING_CHARACTERS = 8 * 1_048_576
/** Of all senders together in a second, before anything is decoded: a forged address costs no more than that. */
const MAX_PER_SECOND = 1_000
/** Tells this process's keys from those of the one before, within the same millisecond. */
const START = Math.floor(Math.random() * 0x10_0000).toString(36)

/**
 * Takes what devices send, on its way to events and counters: so many of one sender in a second, equal texts once, and no more at a time than fits
 * into bounded memory. Everything that is left out is counted.
 */
export class RecordIntake {
  readonly settings: ReceiverSettings
  /** By `file rule`, and `recent` as in logwatch. */
  readonly counts = new Map<string, number>()
  readonly losses = { rate: 0, full: 0, malformed: 0, refused: 0 }
  readonly #clocks: Clocks
  readonly #rate: RateLimit
  readonly #all = new RateLimit(MAX_PER_SECOND)
  readonly #repeats: RepeatFilter<WaitingEvent>
  #waiting: WaitingEvent[] = []
  #characters = 0
  #number = 0
  received = 0
  unknown = 0
  repeated = 0

  constructor(settings: ReceiverSettings, clocks: Clocks) {
    this.settings = settings
    this.#clocks = clocks
    this.#rate = new RateLimit(settings.ratePerSecond)
    this.#repeats = new RepeatFilter(settings.repeatWithinMs)
  }

  get waiting(): number {
    return this.#waiting.length
  }

  /** Whether a packet of this sender may be looked at; counts it where not. */
  admits(sender: string): boolean {
    const nowMs = this.#clocks.monotonicMs()
    if (this.#all.take('', nowMs) && this.#rate.take(plainAddress(sender), nowMs)) return true
    this.lose('rate')
    return false
  }

  /** Something that was sent and is not kept. */
  lose(reason: LossReason): void {
    this.losses[reason]++
    addRecent(this.counts, 'lost', this.#clocks.nowMs())
  }

  /** A record of an admitted packet. */
  take(sender: string, { body, text, rules }: ReceivedRecord): void {
    const address = plainAddress(sender)
    const timeMs = this.#clocks.nowMs()
    const subject = this.settings.devices.get(address) ?? ''
    this.received++
    if (subject === '') this.unknown++
    for (const rule of rules) this.#count(subject, rule, timeMs)
    const event = {
      key: `${address} ${timeMs} ${START}${++this.#number}`,
      timeMs,
      subject,
      body: {
        sender: address,
        received: new Date(timeMs).toISOString(),
        rules: [...rules],
        ...body,
      },
    }
    const isFirst = this.#repeats.isFirst(
      `${address} ${digestOf(text)}`,
      event,
      this.#clocks.monotonicMs(),
      timeMs,
    )
    if (isFirst) this.#queue(event)
    else this.repeated++
  }

  /** Events to send now, no more than `most`; repeats whose time is over come last. */
  drain(most: number): readonly WaitingEvent[] {
    for (const { first, count, lastMs } of this.#repeats.takeOver(this.#clocks.monotonicMs()))
      this.#queue({
        ...first,
        key: `${first.key} repeats`,
        timeMs: lastMs,
        body: { ...first.body, repeats: count, first: new Date(first.timeMs).toISOString() },
      })
    const events = this.#waiting.splice(0, most)
    for (const event of events) this.#characters -= lengthOf(event)
    return events
  }

  /** Matches of the last ten minutes by `file rule`, and `lost`. */
  recent(): Map<string, number> {
    return takeRecent(this.counts, this.#clocks.nowMs())
  }

  #count(subject: string, rule: string, timeMs: number): void {
    const name = countOf(subject, rule)
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1)
    addRecent(this.counts, name, timeMs)
  }

  #queue(event: WaitingEvent): void {
    if (this.#waiting.length >= MAX_WAITING || this.#characters > MAX_WAITING_CHARACTERS)
      return this.lose('full')
    this.#characters += lengthOf(event)
    this.#waiting.push(event)
  }
}

/** Under which a rule's matches of one device are counted; those of all unknown senders together. */
export function countOf(subject: string, rule: string): string {
  return `rule ${subject} ${rule}`
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
