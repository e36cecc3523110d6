import type { JsonValue } from '@wardround/protocol'
import type { Clocks } from '../../clocks.ts'
import { IntakeLane, type WaitingEvent } from './intake-lane.ts'
import { MatchBook, type MatchRow } from './match-book.ts'
import { RateLimit } from './rate-limit.ts'
import { plainAddress, type ReceiverSettings } from './receiver-options.ts'
import { RecentTally } from './recent-tally.ts'

/** A record as a device sent it, understood. */
export interface ReceivedRecord {
  /** Of the event's body, beside sender and time. */
  readonly body: Readonly<Record<string, JsonValue>>
  /** What tells it from others of the same sender. */
  readonly text: string
  /** Names of the rules that it matches. */
  readonly rules: readonly string[]
}

/** Why something that was sent to us is not kept. */
export type LossReason = 'rate' | 'full' | 'malformed' | 'refused'

/** What waits for the next run: some minutes of a storm. */
const OF_DEVICES = { maxWaiting: 5_000, maxCharacters: 8 * 1_048_576 }
const OF_STRANGERS = { maxWaiting: 1_000, maxCharacters: 2 * 1_048_576 }
/** Of all strangers together in a second, before anything is decoded: a forged address costs no more than that. */
const STRANGERS_PER_SECOND = 1_000
/** Tells this process's keys from those of the one before, within the same millisecond. */
const START = Math.floor(Math.random() * 0x10_0000).toString(36)

/**
 * Takes what devices send, on its way to events and counters: so many of one sender in a second, equal texts once, and no more at a time than fits
 * into bounded memory. Everything that is left out is counted. Senders that agent.yaml does not name have their own bounds: whatever they send, a
 * device that it names has its share.
 */
export class RecordIntake {
  readonly settings: ReceiverSettings
  readonly matches = new MatchBook()
  readonly losses = { rate: 0, full: 0, malformed: 0, refused: 0 }
  readonly #clocks: Clocks
  readonly #ofDevices: IntakeLane
  readonly #ofStrangers: IntakeLane
  readonly #allStrangers = new RateLimit(STRANGERS_PER_SECOND)
  readonly #lost = new RecentTally()
  #number = 0
  received = 0
  unknown = 0
  repeated = 0

  constructor(settings: ReceiverSettings, clocks: Clocks) {
    this.settings = settings
    this.#clocks = clocks
    this.#ofDevices = new IntakeLane({ ...settings, ...OF_DEVICES })
    this.#ofStrangers = new IntakeLane({ ...settings, ...OF_STRANGERS })
  }

  get waiting(): number {
    return this.#ofDevices.waiting + this.#ofStrangers.waiting
  }

  /** Packets and records of the last ten minutes that are not kept. */
  get lostRecently(): number {
    return this.#lost.recent(this.#clocks.nowMs())
  }

  /** Rows of rules that ever matched, no more than `most` of them. */
  takeMatches(most: number): MatchRow[] {
    return this.matches.take(most, this.#clocks.nowMs())
  }

  /** Whether a packet of this sender may be looked at; counts it where not. */
  admits(sender: string): boolean {
    const nowMs = this.#clocks.monotonicMs()
    const address = plainAddress(sender)
    const isAdmitted = this.settings.devices.has(address)
      ? this.#ofDevices.admits(address, nowMs)
      : // its own bound first: what that refuses takes nothing from the others
        this.#ofStrangers.admits(address, nowMs) && this.#allStrangers.take('', nowMs)
    if (!isAdmitted) this.lose('rate')
    return isAdmitted
  }

  /** Something that was sent and is not kept. */
  lose(reason: LossReason): void {
    this.losses[reason]++
    this.#lost.add(this.#clocks.nowMs())
  }

  /** A record of an admitted packet. */
  take(sender: string, { body, text, rules }: ReceivedRecord): void {
    const address = plainAddress(sender)
    const timeMs = this.#clocks.nowMs()
    const subject = this.settings.devices.get(address) ?? ''
    this.received++
    if (subject === '') this.unknown++
    for (const rule of rules) this.matches.add(subject, rule, timeMs)
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
    const lane = this.#laneOf(subject)
    const taken = lane.take(address, text, event, this.#clocks.monotonicMs())
    if (taken === 'repeat') this.repeated++
    else if (taken === 'full') this.lose('full')
  }

  /** Events to send now, no more than `most`: those of known devices first. Repeats whose time is over come last. */
  drain(most: number): readonly WaitingEvent[] {
    this.#endRepeats(this.#clocks.monotonicMs())
    const events = this.#ofDevices.drain(most)
    return [...events, ...this.#ofStrangers.drain(most - events.length)]
  }

  /** All that is not sent yet, for the time after a restart. */
  takeAll(): readonly WaitingEvent[] {
    this.#endRepeats(Infinity)
    return [...this.#ofDevices.drain(Infinity), ...this.#ofStrangers.drain(Infinity)]
  }

  /** Takes up what takeAll() gave. */
  restore(events: readonly WaitingEvent[]): void {
    for (const event of events) if (!this.#laneOf(event.subject).queue(event)) this.lose('full')
  }

  #laneOf(subject: string): IntakeLane {
    return subject === '' ? this.#ofStrangers : this.#ofDevices
  }

  #endRepeats(monotonicMs: number): void {
    for (const lane of [this.#ofDevices, this.#ofStrangers])
      for (let lost = lane.endRepeats(monotonicMs); lost > 0; lost--) this.lose('full')
  }
}
