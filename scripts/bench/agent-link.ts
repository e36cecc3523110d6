import { once } from 'node:events'
import {
  FrameEncoder,
  formatMessage,
  parseCollectorMessage,
  SeriesTable,
  type SampleBlock,
  type Shape,
  SUB_PROTOCOL,
  type Welcome,
} from '@wardround/protocol'
import { WebSocket } from 'ws'

const PING_EVERY_MS = 15_000

export interface AgentLinkOptions {
  /** ws://… */
  readonly url: string
  readonly host: string
  readonly token: string
  /** Series of the agent, in the order of the values that are sent. */
  readonly shapes: readonly Shape[]
  /** Numbers the series: shared by links of one process. */
  readonly table?: SeriesTable
  /** Said in the hello: batches older than three of these count as late. */
  readonly everySeconds?: number
  /** Of each acknowledged batch, from sending it. */
  onAcknowledged?(latencyMs: number): void
}

/** An agent's connection as load: real frames of the real encoder, within the collector's window. */
export class AgentLink implements AsyncDisposable {
  readonly #socket: WebSocket
  readonly #options: AgentLinkOptions
  readonly #encoder: FrameEncoder
  readonly #series: Uint32Array
  readonly #epoch: string
  readonly #sentAtMs = new Map<number, number>()
  #sequence = 0
  #pinging: NodeJS.Timeout | undefined
  #window: Welcome['window'] = { batches: 1, bytes: 1 }
  #welcomed = Promise.withResolvers<void>()
  #acknowledged: (() => void) | undefined
  sentBytes = 0

  private constructor(socket: WebSocket, options: AgentLinkOptions) {
    const table = options.table ?? new SeriesTable()
    this.#socket = socket
    this.#options = options
    this.#encoder = new FrameEncoder(table)
    this.#epoch = Math.floor(Math.random() * 2 ** 48)
      .toString(16)
      .padStart(16, '0')
    this.#series = Uint32Array.from(options.shapes, (shape) =>
      table.intern({ subject: '', ...shape }),
    )
    socket.on('message', (data: Buffer) => this.#receive(data.toString()))
    socket.on('close', (code, reason) => this.#fail(`closed: ${code} ${reason.toString()}`))
    socket.on('error', (error) => this.#fail(error.message))
  }

  /** Connects and waits for the welcome. */
  static async connect(options: AgentLinkOptions): Promise<AgentLink> {
    const socket = new WebSocket(options.url, SUB_PROTOCOL, {
      headers: { authorization: `Bearer ${options.token}` },
      perMessageDeflate: false,
    })
    const link = new AgentLink(socket, options)
    socket.once('open', () => link.#hello())
    await link.#welcomed.promise
    return link
  }

  get inFlight(): number {
    return this.#sentAtMs.size
  }

  /** Whether the window takes one batch more. */
  get hasRoom(): boolean {
    return this.#sentAtMs.size < this.#window.batches
  }

  /** Sends one interval's values, one for each shape. */
  send(timeMs: number, values: Float64Array): void {
    const block: SampleBlock = { subject: '', timeMs, series: this.#series, values }
    const batch = { blocks: [block], events: [], documents: [] }
    const ageMs = Math.max(0, Date.now() - timeMs)
    const sequence = ++this.#sequence
    for (const frame of this.#encoder.encode({ epoch: this.#epoch, sequence }, ageMs, batch)) {
      this.#socket.send(frame)
      this.sentBytes += frame.length
    }
    this.#sentAtMs.set(sequence, performance.now())
  }

  /** Resolves at the next acknowledgement. */
  nextAcknowledgement(): Promise<void> {
    return new Promise((resolve) => (this.#acknowledged = resolve))
  }

  async untilAllAcknowledged(): Promise<void> {
    while (this.#sentAtMs.size > 0) await this.nextAcknowledgement()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#pinging)
    if (this.#socket.readyState === WebSocket.CLOSED) return
    this.#socket.removeAllListeners('close')
    const closed = once(this.#socket, 'close')
    this.#socket.terminate()
    await closed
  }

  #hello(): void {
    const { host, everySeconds = 10 } = this.#options
    const about = { host, version: '0.0.0', platform: 'linux', capabilities: [], everySeconds }
    const epochs = [this.#epoch]
    this.#socket.send(formatMessage({ type: 'hello', ...about, epoch: this.#epoch, epochs }))
  }

  #ping(): void {
    this.#socket.send(formatMessage({ type: 'ping', id: 1 }))
  }

  #receive(text: string): void {
    const message = parseCollectorMessage(text)
    if (message.type === 'welcome') {
      this.#window = message.window
      this.#pinging = setInterval(() => this.#ping(), PING_EVERY_MS).unref()
      this.#welcomed.resolve()
    }
    if (message.type === 'reject' || message.type === 'refuse') this.#fail(text)
    if (message.type !== 'ack') return
    const nowMs = performance.now()
    for (const [from, to] of message.ranges) {
      for (let sequence = from; sequence <= to; sequence++) {
        const sentAtMs = this.#sentAtMs.get(sequence)
        if (sentAtMs === undefined) continue
        this.#sentAtMs.delete(sequence)
        this.#options.onAcknowledged?.(nowMs - sentAtMs)
      }
    }
    this.#acknowledged?.()
  }

  /** A bench measures nothing when a connection ends or a batch is refused. */
  #fail(why: string): void {
    const error = new Error(`the connection of ${this.#options.host} ${why}`)
    this.#welcomed.promise.catch(() => undefined)
    this.#welcomed.reject(error)
    if (this.#sequence > 0) throw error
  }
}
