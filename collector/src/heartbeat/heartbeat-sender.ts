import type { Logger } from '@wardround/program'
import { exchangeHttp } from '../notify/channels/http-exchange.ts'
import { detailIn } from '../notify/delivery/failure-detail.ts'
import type { Heartbeat } from './heartbeat.ts'

export interface HeartbeatSenderOptions {
  /** Whether storing, rules and notices work: a collector that lives but can't work is to be missed too. */
  isWorking(): Promise<boolean>
  readonly userAgent: string
  readonly log: Logger
  readonly nowMs: () => number
}

/** What became of a heartbeat. withheld: the collector can't do its work. */
export type HeartbeatOutcome = 'sent' | 'failed' | 'withheld'

/** How one receiver of heartbeats stands. */
export interface HeartbeatStatus {
  readonly outcomes: ReadonlyMap<HeartbeatOutcome, number>
  /** Epoch ms. */
  readonly lastSentMs: number | undefined
  /** Of the last attempt. */
  readonly outcome: HeartbeatOutcome | undefined
}

interface Course {
  readonly outcomes: Map<HeartbeatOutcome, number>
  lastSentMs: number | undefined
  outcome: HeartbeatOutcome | undefined
  timer: NodeJS.Timeout | undefined
}

/** After one that did not arrive the next comes sooner: one packet that is lost is no dead collector. */
const RETRY_MS = 15_000

/** Sends heartbeats to whoever is to notice that this collector is dead, each receiver by a clock of its own. */
export class HeartbeatSender implements Disposable {
  readonly #options: HeartbeatSenderOptions
  #closing = new AbortController()
  #courses = new Map<string, Course>()

  constructor(options: HeartbeatSenderOptions) {
    this.#options = options
  }

  /** By name. */
  status(): ReadonlyMap<string, HeartbeatStatus> {
    return this.#courses
  }

  /** Puts other receivers in force; each gets a heartbeat at once. */
  replace(heartbeats: readonly Heartbeat[]): void {
    const before = this.#courses
    this[Symbol.dispose]()
    this.#closing = new AbortController()
    this.#courses = new Map()
    for (const heartbeat of heartbeats) {
      const course = before.get(heartbeat.name) ?? newCourse()
      this.#courses.set(heartbeat.name, course)
      void this.#beat(heartbeat, course, this.#closing.signal)
    }
  }

  [Symbol.dispose](): void {
    this.#closing.abort()
    for (const { timer } of this.#courses.values()) clearTimeout(timer)
  }

  async #beat(heartbeat: Heartbeat, course: Course, closing: AbortSignal): Promise<void> {
    const { outcome, detail } = await this.#attempt(heartbeat, closing)
    if (closing.aborted) return
    this.#note(heartbeat, course, outcome, detail)
    const { everyMs } = heartbeat
    const waitMs = outcome === 'sent' ? everyMs : Math.min(RETRY_MS, everyMs / 4)
    course.timer = setTimeout(() => void this.#beat(heartbeat, course, closing), waitMs).unref()
  }

  async #attempt(
    { name, reach, method, token }: Heartbeat,
    closing: AbortSignal,
  ): Promise<{ readonly outcome: HeartbeatOutcome; readonly detail: string }> {
    const { userAgent, nowMs } = this.#options
    const hindrance = await this.#hindrance()
    if (hindrance !== undefined) return { outcome: 'withheld', detail: hindrance }
    const message = {
      method,
      url: new URL(reach.url.reveal()),
      headers: token === undefined ? {} : { Authorization: `Bearer ${token.reveal()}` },
      body: '',
    }
    const atMs = nowMs()
    const context = { deliveryId: `${name}-${atMs}`, nowMs: atMs, userAgent, closing }
    const answer = await exchangeHttp(reach, message, context, 'status')
    if (answer.kind !== 'answer')
      return { outcome: 'failed', detail: detailIn(answer.detail, 'en') }
    const isTaken = answer.status >= 200 && answer.status < 300
    return { outcome: isTaken ? 'sent' : 'failed', detail: `HTTP ${answer.status}` }
  }

  /** Why the collector can't do its work; undefined: it can. Where that can't be found out it is as if it could not, and the next beat asks again. */
  async #hindrance(): Promise<string | undefined> {
    try {
      return (await this.#options.isWorking()) ? undefined : 'the collector is not ready'
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      return `whether the collector is ready could not be found out: ${reason}`
    }
  }

  /** Said when it changes. */
  #note({ name }: Heartbeat, course: Course, outcome: HeartbeatOutcome, detail: string): void {
    const { log, nowMs } = this.#options
    course.outcomes.set(outcome, (course.outcomes.get(outcome) ?? 0) + 1)
    if (outcome === 'sent') course.lastSentMs = nowMs()
    if (outcome !== course.outcome) {
      if (outcome !== 'sent') log.warn({ heartbeat: name, outcome, detail }, 'no heartbeat is sent')
      else log.info({ heartbeat: name }, 'heartbeats are sent')
    }
    course.outcome = outcome
  }
}

function newCourse(): Course {
  const outcomes = new Map<HeartbeatOutcome, number>([
    ['sent', 0],
    ['failed', 0],
    ['withheld', 0],
  ])
  return { outcomes, lastSentMs: undefined, outcome: undefined, timer: undefined }
}
