import { randomUUID } from 'node:crypto'
import type { Logger } from '@wardround/program'
import type { Alert, Transition } from '../rules/alert.ts'
import type { Channel } from './channel.ts'
import { detailIn } from './delivery/failure-detail.ts'
import type { TransitionRecord } from './alert-state/alert-state-store.ts'

/** How often everything is told again. */
const AGAIN_EVERY_MS = 60_000

/** For so long what has ended is told again. */
export const ENDED_FOR_MS = 15 * 60_000

/** How long changes gather. */
const GATHER_MS = 1000

/** Alerts that ended lately; beyond it the oldest are forgotten: a service that hears no more of them ends them by itself. */
export const MAX_ENDED = 20_000

export interface AlertFeedOptions {
  /** Those that want to be told all alerts are told. */
  readonly channels: () => readonly Channel[]
  readonly alerts: () => readonly Alert[]
  readonly externalUrl: () => string
  /** For User-Agent. */
  readonly version: string
  readonly log: Logger
  readonly nowMs?: () => number
  readonly againEveryMs?: number
}

/**
 * Tells all alerts to channels whose services forget what they don't hear again: firing ones every minute, those that have ended for a quarter of an hour, so that none
 * is lost with a request or with the service. Each channel for itself; while one is being told, it is not told anew.
 */
export class AlertFeed implements AsyncDisposable {
  readonly #options: AlertFeedOptions
  readonly #nowMs: () => number
  /** By fingerprint, oldest first. */
  readonly #ended = new Map<string, Alert>()
  readonly #telling = new Map<string, Promise<void>>()
  readonly #failing = new Map<string, string>()
  readonly #closing = new AbortController()
  readonly #timer: NodeJS.Timeout
  #soon: NodeJS.Timeout | undefined

  constructor(options: AlertFeedOptions) {
    this.#options = options
    this.#nowMs = options.nowMs ?? Date.now
    const { againEveryMs = AGAIN_EVERY_MS } = options
    this.#timer = setInterval(() => this.#tellAll(), againEveryMs).unref()
  }

  /** What an earlier process saw begin, change and end, in that order: what ended is told on. Alerts of the past, which nobody was told of, are left out. */
  recall(records: readonly Pick<TransitionRecord, 'kind' | 'json'>[]): void {
    let damaged = 0
    for (const { kind, json } of records) {
      if (kind === 'past') continue
      const transition = readTransition(json)
      if (transition === undefined) damaged++
      else this.changed(transition)
    }
    if (damaged > 0)
      this.#options.log.error(
        { records: damaged },
        'records of the alert history are damaged; what they say has ended is not told on',
      )
  }

  /** Something began, changed or ended: it is told within a second. */
  changed({ alert, before }: Transition): void {
    for (const one of [alert, before]) {
      if (one === undefined) continue
      this.#ended.delete(one.fingerprint)
      if (one.endsAtMs !== undefined) this.#ended.set(one.fingerprint, one)
    }
    const [oldest] = this.#ended.keys()
    if (this.#ended.size > MAX_ENDED && oldest !== undefined) this.#ended.delete(oldest)
    this.#soon ??= setTimeout(() => this.#tellAll(), GATHER_MS).unref()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    clearTimeout(this.#soon)
    this.#closing.abort()
    await Promise.all(this.#telling.values())
  }

  #tellAll(): void {
    clearTimeout(this.#soon)
    this.#soon = undefined
    for (const channel of this.#options.channels()) {
      if (channel.tellAll === undefined || this.#telling.has(channel.name)) continue
      const telling = this.#tell(channel)
        // A fault of ours, which must not stop the collector.
        .catch((error: unknown) =>
          this.#options.log.error({ err: error, channel: channel.name }, 'a channel broke'),
        )
        .finally(() => this.#telling.delete(channel.name))
      this.#telling.set(channel.name, telling)
    }
  }

  async #tell(channel: Channel): Promise<void> {
    const { version, externalUrl, log } = this.#options
    const outcome = await channel.tellAll?.(this.#told(), {
      deliveryId: randomUUID(),
      nowMs: this.#nowMs(),
      userAgent: `Wardround/${version}`,
      closing: this.#closing.signal,
      externalUrl: externalUrl(),
    })
    if (this.#closing.signal.aborted) return
    const { name } = channel
    const failure = failureOf(outcome)
    if (failure !== undefined && this.#failing.get(name) !== failure)
      log.warn({ channel: name, detail: failure }, 'the channel does not take the list of alerts')
    if (failure === undefined && this.#failing.delete(name))
      log.info({ channel: name }, 'the channel takes the list of alerts again')
    if (failure !== undefined) this.#failing.set(name, failure)
  }

  /** What fires, and what ended lately and has not begun again. */
  #told(): Alert[] {
    const firing = this.#options.alerts().filter(({ phase }) => phase !== 'pending')
    const living = new Set(firing.map(({ fingerprint }) => fingerprint))
    const sinceMs = this.#nowMs() - ENDED_FOR_MS
    for (const [fingerprint, { endsAtMs = 0 }] of this.#ended)
      if (endsAtMs < sinceMs) this.#ended.delete(fingerprint)
    const ended = [...this.#ended.values()].filter(({ fingerprint }) => !living.has(fingerprint))
    return [...firing, ...ended]
  }
}

function failureOf(outcome: Awaited<ReturnType<Channel['send']>> | undefined): string | undefined {
  if (outcome === undefined || outcome.kind === 'accepted') return undefined
  if (outcome.kind === 'answered') return `HTTP ${outcome.status}`
  return outcome.kind === 'partly' ? 'not for all' : detailIn(outcome.detail, 'en')
}

/** undefined: it is damaged. */
function readTransition(json: string): Transition | undefined {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written from a Transition alone; what is cut off has no alert
    const transition = JSON.parse(json) as Partial<Transition> | null
    const isWhole = typeof transition?.alert?.fingerprint === 'string'
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
    return isWhole ? (transition as Transition) : undefined
  } catch {
    return undefined
  }
}
