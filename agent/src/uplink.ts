import type { Logger } from '@wardround/program'
import type { Hello, SeriesTable, Welcome } from '@wardround/protocol'
import type { Clocks, Timers } from './clocks.ts'
import { Connection, type ConnectionDeadlines, type EndedConnection } from './connection.ts'
import type { OutboxItem } from './live-batches.ts'
import type { Outbox } from './outbox.ts'
import {
  isDemoCollector,
  isUnauthorized,
  NO_HISTORY,
  planReconnect,
  type BackOffSettings,
  type ConnectHistory,
  type ConnectionEnd,
} from './reconnect-policy.ts'
import { RefusedSeries } from './refused-series.ts'
import { Suspects } from './suspects.ts'

export interface UplinkOptions {
  /** Addresses of one collector, or of collectors that share a store: the next one on failure. */
  readonly urls: readonly string[]
  /** Read at each dialling, so that a token that was replaced is taken up. */
  readonly readToken: () => Promise<string>
  /** What the agent says of itself; the rest of `hello` is the outbox's. */
  readonly about: Pick<Hello, 'host' | 'version' | 'platform' | 'capabilities' | 'everySeconds'>
  readonly deadlines: ConnectionDeadlines
  readonly backOff: BackOffSettings
  readonly outbox: Outbox
  readonly table: SeriesTable
  readonly clocks: Clocks
  readonly timers: Timers
  readonly log: Logger
  /** In [0, 1). Default Math.random. */
  readonly random?: () => number
}

/** Of hello's epochs, protocol's limit; the rest is named after these are acknowledged. */
const MAX_NAMED_EPOCHS = 1_024

/** Keeps a connection to the collector, for ever: dials, backs off, tries the next address. Collecting never waits for it. */
export class Uplink implements AsyncDisposable {
  readonly #with: UplinkOptions
  readonly #suspects = new Suspects()
  readonly #refused: RefusedSeries
  readonly #running: Promise<void>
  #connection: Connection | undefined
  #history: ConnectHistory = NO_HISTORY
  #isStopped = false
  #wake: () => void = () => undefined
  #onProgress: () => void = () => undefined
  #connections = 0
  /** What was logged last of the failures in a row, by address. */
  readonly #failures = new Map<string, string>()
  /** Whether the collector has said welcome on the connection of now. */
  isConnected = false
  /** Samples handed to a connection, those sent again included. */
  sentSamples = 0
  /** From sending to acknowledgement, of the newest batch. */
  ackLatencyMs: number | undefined

  constructor(options: UplinkOptions) {
    this.#with = options
    this.#refused = new RefusedSeries(options.table, options.timers, options.log)
    options.outbox.onAvailable = () => this.#connection?.pump()
    this.#running = this.#run()
  }

  /** Connections that were welcomed after the first. */
  get reconnects(): number {
    return Math.max(0, this.#connections - 1)
  }

  /** Resolves when all that is in memory was acknowledged, at once where nobody is there to do so, at the latest after `withinMs`. */
  async drain(withinMs: number): Promise<void> {
    if (!this.isConnected || !this.#with.outbox.hasLive) return
    await new Promise<void>((resolve) => {
      const cancel = this.#with.timers.after(withinMs, resolve)
      this.#onProgress = () => {
        if (this.isConnected && this.#with.outbox.hasLive) return
        cancel()
        resolve()
      }
    })
    this.#onProgress = () => undefined
  }

  /** Closes the connection and dials no more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true
    this.#with.outbox.onAvailable = () => undefined
    this.#connection?.close(1001)
    this.#wake()
    await this.#running
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      const ended = await this.#connect()
      if (this.#isStopped) return
      this.#logEnd(ended)
      const { urls, backOff, random = Math.random } = this.#with
      const plan = planReconnect(
        ended.end,
        ended.proven,
        this.#history,
        urls.length,
        backOff,
        random,
      )
      this.#history = plan.history
      await this.#pause(plan.delayMs)
    }
  }

  async #connect(): Promise<EndedConnection> {
    const token = await this.#readToken()
    if (token === undefined || this.#isStopped) return NEVER_DIALLED
    const connection = this.#dial(token)
    if (connection === undefined) return NEVER_DIALLED
    this.#connection = connection
    const ended = await connection.ended
    this.#connection = undefined
    this.#refused.end()
    this.isConnected = false
    this.#onProgress()
    this.#with.outbox.stopSending()
    this.#findGuilty(ended)
    return ended
  }

  /** undefined where no request can be made of what the configuration gives. */
  #dial(token: string): Connection | undefined {
    try {
      return this.#open(token)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      this.#logFailure('error', reason, "the address or the token can't be used")
      return undefined
    }
  }

  #open(token: string): Connection {
    const { outbox, table, clocks, timers, deadlines } = this.#with
    return new Connection({
      ...deadlines,
      url: this.#url,
      token,
      hello: this.#hello(),
      outbox,
      table,
      clocks,
      timers,
      isCareful: this.#suspects.isCareful,
      events: {
        onWelcome: (welcome) => this.#onWelcome(welcome),
        onSent: (samples) => void (this.sentSamples += samples),
        onAcknowledged: (item, latencyMs) => this.#onAcknowledged(item, latencyMs),
        onRejected: (item, code, reason) => this.#reject(item, code, reason),
        onRefused: (series, code, reason) => this.#refused.add(series, code, reason),
      },
    })
  }

  get #url(): string {
    return this.#with.urls[this.#history.address] ?? ''
  }

  #hello(): Hello {
    const { about, outbox } = this.#with
    const epochs = outbox.epochs.slice(0, MAX_NAMED_EPOCHS)
    return { type: 'hello', ...about, epoch: outbox.epoch, epochs }
  }

  async #readToken(): Promise<string | undefined> {
    try {
      return await this.#with.readToken()
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      this.#logFailure('error', reason, "the token can't be read; the agent goes on collecting")
      return undefined
    }
  }

  #onWelcome({ agent }: Welcome): void {
    this.isConnected = true
    this.#connections++
    this.#failures.clear()
    this.#with.log.info({ url: this.#url, agent }, 'connected')
  }

  #onAcknowledged(item: OutboxItem, latencyMs: number): void {
    this.ackLatencyMs = latencyMs
    this.#suspects.clear(item)
    this.#onProgress()
  }

  #reject(item: OutboxItem, code: string, reason: string): void {
    this.#with.log.error(
      { ...item.id, samples: item.samples, code, reason },
      'a batch was refused and is set aside',
    )
    this.#suspects.clear(item)
    this.#with.outbox.reject(item, code, reason)
  }

  /** After a close that blames a frame. */
  #findGuilty({ end, unanswered }: EndedConnection): void {
    if (end.type !== 'closed' || !end.reason.blamesFrame) return
    const guilty = this.#suspects.blame(unanswered)
    if (guilty !== undefined)
      this.#reject(guilty, 'CONNECTION_CLOSED', `${end.code} ${end.reason.meaning}`)
  }

  #logEnd({ end }: EndedConnection): void {
    if (end === NEVER_DIALLED.end) return
    const reason = describeEnd(end)
    if (isUnauthorized(end))
      return this.#logFailure(
        'error',
        reason,
        "the collector does not accept this agent's token; the agent goes on collecting",
      )
    if (isDemoCollector(end))
      return this.#logFailure(
        'error',
        reason,
        'the collector shows demo data: this agent does not join it and goes on collecting',
      )
    const was = end.type === 'closed' && end.welcomed ? 'the connection ended' : "can't connect"
    this.#logFailure('warn', reason, was)
  }

  /** Once for a row of equal failures of an address. */
  #logFailure(level: 'warn' | 'error', reason: string, message: string): void {
    const text = `${message}\n${reason}`
    if (this.#failures.get(this.#url) === text) return
    this.#failures.set(this.#url, text)
    this.#with.log[level]({ url: this.#url, reason }, message)
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#with.timers.after(delayMs, resolve)
      this.#wake = () => {
        cancel()
        resolve()
      }
    })
  }
}

/** What was wrong has been logged. */
const NEVER_DIALLED: EndedConnection = {
  end: { type: 'unreachable', reason: 'not dialled' },
  proven: false,
  unanswered: [],
}

function describeEnd(end: ConnectionEnd): string {
  switch (end.type) {
    case 'unreachable':
      return end.reason
    case 'http':
      return `HTTP status ${end.status}`
    case 'closed':
      return `${end.code} ${end.reason.name}: ${end.reason.meaning}`
  }
}
