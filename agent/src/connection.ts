import type { IncomingMessage } from 'node:http'
import { errorCodeOf } from '@wardround/program/error-code'
import {
  closeReason,
  CLOSE_CODES,
  FrameEncoder,
  formatMessage,
  isDemo,
  MAX_FRAME_BYTES,
  parseCollectorMessage,
  ProtocolError,
  SUB_PROTOCOL,
  type CloseCode,
  type CollectorMessage,
  type Hello,
  type SeriesTable,
  type Welcome,
} from '@wardround/protocol'
import { WebSocket, type RawData } from 'ws'
import type { Clocks, Timers } from './clocks.ts'
import { boundFrameBytes, countRefused, InFlight, withoutSeries } from './in-flight.ts'
import type { OutboxItem } from './live-batches.ts'
import type { Outbox } from './outbox.ts'
import type { ConnectionEnd } from './reconnect-policy.ts'

export interface ConnectionDeadlines {
  /** From dialling to `welcome`. */
  readonly welcomeWithinMs: number
  /** A connection on which nothing was heard for so long is asked. */
  readonly pingEveryMs: number
  /** … and must answer within this. */
  readonly pongWithinMs: number
}

export interface ConnectionOptions extends ConnectionDeadlines {
  readonly url: string
  readonly token: string
  readonly hello: Hello
  readonly outbox: Outbox
  readonly table: SeriesTable
  readonly clocks: Clocks
  readonly timers: Timers
  /** Sends one batch at a time, to find the one that the collector can't read. */
  readonly isCareful: boolean
  readonly events: ConnectionEvents
}

/** What a connection tells its owner while it lasts. */
export interface ConnectionEvents {
  onWelcome(welcome: Welcome): void
  onSent(samples: number): void
  onAcknowledged(item: OutboxItem, latencyMs: number): void
  onRejected(item: OutboxItem, code: string, reason: string): void
  onRefused(series: number, code: string, reason: string): void
}

/** How a connection ended, and what it had not settled. */
export interface EndedConnection {
  readonly end: ConnectionEnd
  /** Something was acknowledged on it. */
  readonly proven: boolean
  /** Batches that were sent and not answered. */
  readonly unanswered: readonly OutboxItem[]
}

/** So much may wait in this process to be written to the socket: what waits grows old, and the batch says how old it is. */
const MAX_BUFFERED_BYTES = 65_536
/** Part of the window that the backlog may fill. */
const BACKLOG_SHARE = 0.75
/** For the collector's close frame, when this end closes. */
const CLOSE_WITHIN_MS = 1_000

/**
 * One WebSocket to the collector, from dialling to its end: hello, welcome, then batches within the window, live ones first. Whatever goes wrong
 * ends it, and is told by `ended`; it is never opened again.
 */
export class Connection {
  readonly ended: Promise<EndedConnection>
  readonly #with: ConnectionOptions
  readonly #socket: WebSocket
  readonly #encoder: FrameEncoder
  readonly #refused = new Set<number>()
  #inFlight: InFlight | undefined
  #proven = false
  #end: ConnectionEnd | undefined
  #cancelTimer: () => void
  #heardAtMs = 0
  #pings = 0
  /** A ping waits for anything to be heard. */
  #isAsking = false

  constructor(options: ConnectionOptions) {
    this.#with = options
    this.#encoder = new FrameEncoder(options.table)
    this.#socket = new WebSocket(options.url, SUB_PROTOCOL, {
      perMessageDeflate: false,
      maxPayload: MAX_FRAME_BYTES,
      followRedirects: false,
      headers: { authorization: `Bearer ${options.token}` },
    })
    this.#cancelTimer = options.timers.after(options.welcomeWithinMs, () =>
      this.#abandon({
        type: 'unreachable',
        reason: `no welcome within ${options.welcomeWithinMs} ms`,
      }),
    )
    this.ended = this.#listen()
  }

  /** Sends what there is to send, as far as window and socket take it. */
  pump(): void {
    while (this.#inFlight !== undefined && this.#socket.readyState === WebSocket.OPEN) {
      if (this.#socket.bufferedAmount > MAX_BUFFERED_BYTES) return
      const item = this.#next(this.#inFlight)
      if (item === undefined) return
      this.#send(item, this.#inFlight)
    }
  }

  /** Closes by a code of the protocol's table; does not wait long for the other end. */
  close(code: CloseCode): void {
    this.#end ??= this.#closed(code)
    if (this.#socket.readyState === WebSocket.CONNECTING) return this.#socket.terminate()
    this.#socket.close(code, CLOSE_CODES[code].name)
    this.#restartTimer(CLOSE_WITHIN_MS, () => this.#socket.terminate())
  }

  #listen(): Promise<EndedConnection> {
    const socket = this.#socket
    socket.on('open', () => socket.send(formatMessage(this.#with.hello)))
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary))
    socket.on('unexpected-response', (_request, response) => this.#onHttp(response))
    // The close event follows in any case.
    socket.on('error', (error) => {
      this.#end ??= { type: 'unreachable', reason: reasonOf(error) }
    })
    return new Promise((resolve) => {
      socket.on('close', (code) => {
        this.#cancelTimer()
        const end = this.#end ?? this.#closed(code)
        resolve({ end, proven: this.#proven, unanswered: this.#inFlight?.items ?? [] })
        this.#inFlight = undefined
      })
    })
  }

  #closed(code: number): ConnectionEnd {
    const welcomed = this.#inFlight !== undefined
    return { type: 'closed', code, reason: closeReason(code), welcomed }
  }

  #onHttp(response: IncomingMessage): void {
    const seconds = Number(response.headers['retry-after'])
    const retryAfterMs = Number.isFinite(seconds) ? seconds * 1000 : undefined
    response.destroy()
    this.#abandon({ type: 'http', status: response.statusCode ?? 0, retryAfterMs })
  }

  /** Ends it without asking the other end. */
  #abandon(end: ConnectionEnd): void {
    this.#end ??= end
    this.#socket.terminate()
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#end !== undefined) return
    this.#heardAtMs = this.#with.clocks.monotonicMs()
    if (this.#isAsking) this.#watch()
    if (isBinary) return this.close(1003)
    try {
      this.#handle(parseCollectorMessage(textOf(data)))
    } catch (error) {
      if (error instanceof ProtocolError) return this.close(error.closeCode)
      // A mistake of ours costs this connection, not the process.
      const reason = error instanceof Error ? error.message : String(error)
      this.#abandon({ type: 'unreachable', reason: `internal error: ${reason}` })
    }
  }

  #handle(message: CollectorMessage): void {
    switch (message.type) {
      case 'welcome':
        return this.#onWelcome(message)
      case 'ack':
        for (const [from, to] of message.ranges) this.#onAck(message.epoch, from, to)
        return this.pump()
      case 'reject': {
        const sent = this.#inFlight?.take(message.epoch, message.sequence)
        if (sent !== undefined)
          this.#with.events.onRejected(sent.item, message.code, message.reason)
        return this.pump()
      }
      case 'refuse':
        for (const number of message.series) this.#onRefused(number, message.code, message.reason)
        return undefined
      case 'pong':
        return undefined
    }
  }

  #onWelcome(welcome: Welcome): void {
    if (this.#inFlight !== undefined) return this.close(1002)
    if (isDemo(welcome) !== isDemo(this.#with.hello)) return this.close(4007)
    const { batches, bytes } = welcome.window
    this.#inFlight = new InFlight({ batches: this.#with.isCareful ? 1 : batches, bytes })
    this.#with.events.onWelcome(welcome)
    this.#with.outbox.startSending(welcome.held)
    this.#watch()
    this.pump()
  }

  #onAck(epoch: string, from: number, to: number): void {
    for (const { item, atMs } of this.#inFlight?.takeRange(epoch, from, to) ?? []) {
      this.#proven = true
      this.#with.outbox.settle(item, countRefused(item.batch, this.#refused))
      this.#with.events.onAcknowledged(item, this.#with.clocks.monotonicMs() - atMs)
    }
  }

  #onRefused(number: number, code: string, reason: string): void {
    const series = this.#encoder.seriesOf(number)
    if (series === -1) return
    this.#refused.add(series)
    this.#with.events.onRefused(series, code, reason)
  }

  /** The next batch for which there is room: live ones first, the backlog in its share of the window. */
  #next(inFlight: InFlight): OutboxItem | undefined {
    const { outbox, table } = this.#with
    const undefinedSeries = table.size - this.#encoder.definedSeries
    const live = outbox.peekLive()
    if (live !== undefined)
      return inFlight.hasRoom(boundFrameBytes(live, undefinedSeries))
        ? outbox.takeLive()
        : undefined
    const next = outbox.peekBacklog()
    if (next === undefined) return undefined
    const bytes = boundFrameBytes(next, undefinedSeries)
    return inFlight.hasRoom(bytes, BACKLOG_SHARE) ? outbox.takeBacklog() : undefined
  }

  #send(item: OutboxItem, inFlight: InFlight): void {
    const { clocks, events } = this.#with
    const ageMs = Math.max(0, clocks.sinceBootMs() - item.newestSinceBootMs)
    let frames: Uint8Array[]
    try {
      frames = this.#encoder.encode(item.id, ageMs, withoutSeries(item.batch, this.#refused))
    } catch (error) {
      return this.#onUnsendable(item, error)
    }
    const bytes = frames.reduce((sum, frame) => sum + frame.length, 0)
    inFlight.add(item, bytes, clocks.monotonicMs())
    for (const frame of frames) this.#socket.send(frame, () => this.pump())
    events.onSent(item.samples)
  }

  #onUnsendable(item: OutboxItem, error: unknown): void {
    const { outbox } = this.#with
    if (error instanceof ProtocolError) {
      // A connection without numbers left has done its work; anything else is the batch's own fault.
      if (error.code === 'NUMBERS_EXHAUSTED') return this.close(error.closeCode)
      return outbox.reject(item, error.code, error.message)
    }
    const reason = error instanceof Error ? error.message : String(error)
    outbox.reject(item, 'UNEXPECTED', reason)
    // The encoder may have been left half-way.
    this.#abandon({ type: 'unreachable', reason: `internal error: ${reason}` })
  }

  /** Asks when nothing was heard for long, and gives up when nothing comes back. */
  #watch(): void {
    const { clocks, pingEveryMs, pongWithinMs } = this.#with
    const silentMs = clocks.monotonicMs() - this.#heardAtMs
    this.#isAsking = silentMs >= pingEveryMs
    if (!this.#isAsking) return this.#restartTimer(pingEveryMs - silentMs, () => this.#watch())
    this.#socket.send(formatMessage({ type: 'ping', id: ++this.#pings }))
    this.#restartTimer(pongWithinMs, () => this.#abandon(this.#closed(4003)))
  }

  #restartTimer(delayMs: number, callback: () => void): void {
    this.#cancelTimer()
    this.#cancelTimer = this.#with.timers.after(delayMs, callback)
  }
}

function textOf(data: RawData): string {
  return Buffer.isBuffer(data) ? data.toString() : ''
}

/** Several addresses of one name that all refuse have no message of their own. */
function reasonOf(error: Error): string {
  return error.message === '' ? (errorCodeOf(error) ?? '') : error.message
}
