import { randomBytes } from 'node:crypto'
import {
  FrameEncoder,
  formatMessage,
  makeShape,
  newEpoch,
  parseCollectorMessage,
  SequenceRanges,
  SeriesTable,
  SUB_PROTOCOL,
  type Batch,
} from '@wardround/protocol'
import { WebSocket } from 'ws'

/** What a file system's use is at a moment, by path. */
export type Levels = Readonly<Record<string, number>>

interface Report {
  readonly sequence: number
  readonly batch: Batch
  /** When it was so, by performance.now(): negative for what was before this process. */
  readonly atMs: number
}

export type ReportOrder = 'live-first' | 'oldest-first'

export interface LevelAgentOptions {
  readonly order?: ReportOrder
  /** Of this machine, from which it connects. */
  readonly localAddress?: string
}

const DIAL_AGAIN_MS = 200
/** What is older is backlog. */
const LIVE_MS = 60_000
/** Half of the collector's window of batches. */
const MAX_IN_FLIGHT = 32

/**
 * An agent for rules: reports `disk.used_percent` as a test sets it, at once and whenever it is told to. It keeps what is not acknowledged, connects again
 * by itself and sends what is live first and then the rest from its oldest on, as agents do, or everything from its oldest on, as something else may.
 */
export class LevelAgent implements AsyncDisposable {
  readonly host: string
  /** http://… of the collector; a new one is taken up at the next dialling. */
  url: string
  readonly #token: string
  readonly #order: ReportOrder
  readonly #localAddress: string | undefined
  readonly #epoch = newEpoch(randomBytes(8))
  readonly #table = new SeriesTable()
  readonly #waiting = new Map<number, Report>()
  readonly #inFlight = new Set<number>()
  #encoder = new FrameEncoder(this.#table)
  #socket: WebSocket | undefined
  #isOpen = false
  #isStopped = false
  #dialling: NodeJS.Timeout | undefined
  #sequence = 0

  constructor(host: string, url: string, token: string, options: LevelAgentOptions = {}) {
    this.host = host
    this.url = url
    this.#token = token
    this.#order = options.order ?? 'live-first'
    this.#localAddress = options.localAddress
    this.#dial()
  }

  get isConnected(): boolean {
    return this.#isOpen
  }

  /** Batches that are not acknowledged. */
  get waiting(): number {
    return this.#waiting.size
  }

  report(levels: Levels, timeMs = Date.now()): void {
    const series = Object.keys(levels).map((path) =>
      this.#table.intern({
        subject: '',
        ...makeShape('disk', { path, device: 'sda', fstype: 'ext4' }, 'used_percent', 'gauge'),
      }),
    )
    const block = {
      subject: '',
      timeMs,
      series: Uint32Array.from(series),
      values: Float64Array.from(Object.values(levels)),
    }
    const batch = { blocks: [block], events: [], documents: [] }
    const sequence = ++this.#sequence
    this.#waiting.set(sequence, {
      sequence,
      batch,
      atMs: performance.now() - (Date.now() - timeMs),
    })
    this.#pump()
  }

  /** Ends its connection, and makes no other until it is mended. */
  cut(): void {
    this.#isStopped = true
    clearTimeout(this.#dialling)
    this.#socket?.terminate()
  }

  mend(): void {
    this.#isStopped = false
    this.#dial()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut()
  }

  #dial(): void {
    if (this.#isStopped) return
    const socket = new WebSocket(`${this.url.replace('http', 'ws')}/agent/v1`, SUB_PROTOCOL, {
      headers: { authorization: `Bearer ${this.#token}` },
      perMessageDeflate: false,
      ...(this.#localAddress === undefined ? {} : { localAddress: this.#localAddress }),
    })
    this.#socket = socket
    socket.on('open', () => socket.send(this.#hello()))
    socket.on('message', (data: Buffer) => this.#receive(data.toString()))
    // A collector that is down is what these tests are about; `close` follows.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.#isOpen = false
      if (!this.#isStopped) this.#dialling = setTimeout(() => this.#dial(), DIAL_AGAIN_MS)
    })
  }

  #hello(): string {
    const about = { host: this.host, version: '0.0.0', platform: 'linux x64', capabilities: [] }
    const epochs = { epoch: this.#epoch, epochs: [this.#epoch] }
    return formatMessage({ type: 'hello', ...about, ...epochs, everySeconds: 1 })
  }

  #receive(text: string): void {
    const message = parseCollectorMessage(text)
    if (message.type === 'welcome') {
      for (const { epoch, ranges } of message.held) if (epoch === this.#epoch) this.#settle(ranges)
      this.#encoder = new FrameEncoder(this.#table)
      this.#inFlight.clear()
      this.#isOpen = true
    }
    if (message.type === 'ack' && message.epoch === this.#epoch) this.#settle(message.ranges)
    this.#pump()
  }

  #settle(ranges: readonly (readonly [number, number])[]): void {
    const held = new SequenceRanges()
    held.merge(ranges)
    for (const sequence of this.#waiting.keys()) {
      if (!held.has(sequence)) continue
      this.#waiting.delete(sequence)
      this.#inFlight.delete(sequence)
    }
  }

  #pump(): void {
    if (!this.#isOpen || this.#inFlight.size >= MAX_IN_FLIGHT) return
    for (const report of this.#inOrder()) {
      if (this.#inFlight.size >= MAX_IN_FLIGHT) return
      if (!this.#inFlight.has(report.sequence)) this.#send(report)
    }
  }

  #inOrder(): Report[] {
    const waiting = [...this.#waiting.values()]
    if (this.#order === 'oldest-first') return waiting
    const liveFromMs = performance.now() - LIVE_MS
    const isLive = ({ atMs }: Report) => atMs >= liveFromMs
    return [...waiting.filter(isLive), ...waiting.filter((report) => !isLive(report))]
  }

  #send({ sequence, batch, atMs }: Report): void {
    this.#inFlight.add(sequence)
    const ageMs = Math.max(0, Math.round(performance.now() - atMs))
    for (const frame of this.#encoder.encode({ epoch: this.#epoch, sequence }, ageMs, batch))
      this.#socket?.send(frame)
  }
}
