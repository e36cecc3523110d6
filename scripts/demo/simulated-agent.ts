import {
  type Batch,
  DEMO_CAPABILITY,
  type CollectorMessage,
  FrameEncoder,
  formatMessage,
  type Hello,
  isDemo,
  parseCollectorMessage,
  SequenceRanges,
  type SeriesTable,
  SUB_PROTOCOL,
  type Welcome,
} from '@wardround/protocol'
import { randomBytes } from 'node:crypto'
import { WebSocket } from 'ws'

export interface SimulatedAgentOptions {
  /** ws://… */
  readonly url: string
  readonly host: string
  readonly token: string
  readonly table: SeriesTable
  readonly nowMs: () => number
}

/** A batch that is not acknowledged yet. */
interface Sent {
  readonly batch: Batch
  readonly newestMs: number
}

/** What it says it is. */
const VERSION = '0.1.0-demo'
const PING_EVERY_MS = 15_000
const AGAIN_AFTER_MS = 2_000
/** Batches on the way: few, so that what waits does not grow old (a batch says how old it is). */
const IN_FLIGHT = 4
const MAX_BUFFERED_BYTES = 262_144

/** The other end is no demo, or refuses this one for good. */
class DemoRefusedError extends Error {
  override readonly name = 'DemoRefusedError'
  readonly code = 'DEMO_REFUSED'
  readonly retryable = false
}

/** It is being closed while something was to be sent. */
class ClosedError extends Error {
  override readonly name = 'ClosedError'
  readonly code = 'DEMO_CLOSED'
  readonly retryable = false
}

/**
 * An agent's end of a connection, as real as its frames and its handshake: hello with the capability `demo`, batches within the window, kept until they
 * are acknowledged, sent again on a new connection. It measures nothing.
 */
export class SimulatedAgent implements AsyncDisposable {
  readonly #options: SimulatedAgentOptions
  readonly #epoch = randomBytes(8).toString('hex')
  readonly #unacknowledged = new Map<number, Sent>()
  #sequence = 0
  #socket: WebSocket | undefined
  #encoder: FrameEncoder | undefined
  #window: Welcome['window'] | undefined
  #isClosing = false
  #pinging: NodeJS.Timeout | undefined
  #retrying: NodeJS.Timeout | undefined
  #failure: Error | undefined
  #changed: (() => void)[] = []
  /** Samples that were acknowledged. */
  acknowledged = 0

  private constructor(options: SimulatedAgentOptions) {
    this.#options = options
  }

  /** Connects and waits until it is let in. @throws DemoRefusedError */
  static async connect(options: SimulatedAgentOptions): Promise<SimulatedAgent> {
    const agent = new SimulatedAgent(options)
    agent.#dial()
    while (agent.#window === undefined) await agent.#change()
    return agent
  }

  /** Sends a batch as soon as there is room for it. `newestMs`: the time of its newest block. @throws DemoRefusedError */
  async send(batch: Batch, newestMs: number): Promise<void> {
    while (!this.#hasRoom) await this.#change()
    const sequence = ++this.#sequence
    this.#unacknowledged.set(sequence, { batch, newestMs })
    this.#transmit(sequence)
  }

  /** Resolves once everything is acknowledged. @throws DemoRefusedError */
  async settled(): Promise<void> {
    while (this.#unacknowledged.size > 0) await this.#change()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosing = true
    this.#tell()
    clearTimeout(this.#retrying)
    const socket = this.#socket
    if (socket === undefined || socket.readyState === WebSocket.CLOSED) return
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    socket.close(1001)
    const cutting = setTimeout(() => socket.terminate(), 1_000)
    await closed
    clearTimeout(cutting)
  }

  get #hasRoom(): boolean {
    const most = Math.min(IN_FLIGHT, this.#window?.batches ?? 0)
    return (
      this.#unacknowledged.size < most && (this.#socket?.bufferedAmount ?? 0) < MAX_BUFFERED_BYTES
    )
  }

  /** Resolves when something has changed. @throws DemoRefusedError, ClosedError */
  async #change(): Promise<void> {
    this.#check()
    await new Promise<void>((resolve) => this.#changed.push(resolve))
    this.#check()
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure
    if (this.#isClosing) throw new ClosedError(`${this.#options.host}: closed`)
  }

  #tell(): void {
    const told = this.#changed
    this.#changed = []
    for (const resolve of told) resolve()
  }

  #dial(): void {
    const { url, token, table } = this.#options
    const socket = new WebSocket(url, SUB_PROTOCOL, {
      headers: { authorization: `Bearer ${token}` },
      perMessageDeflate: false,
    })
    this.#socket = socket
    this.#encoder = new FrameEncoder(table)
    socket.on('open', () => socket.send(formatMessage(this.#hello())))
    socket.on('message', (data: Buffer) => this.#receive(parseCollectorMessage(data.toString())))
    socket.on('error', () => undefined) // the close event follows
    socket.on('close', (code, reason) => this.#onClose(code, reason.toString()))
  }

  #hello(): Hello {
    const { host } = this.#options
    return {
      type: 'hello',
      host,
      version: VERSION,
      platform: 'linux x64',
      everySeconds: 10,
      capabilities: [DEMO_CAPABILITY],
      epoch: this.#epoch,
      epochs: [this.#epoch],
    }
  }

  #onClose(code: number, reason: string): void {
    clearInterval(this.#pinging)
    this.#window = undefined
    if (this.#isClosing) return this.#tell()
    if (code === 4007) this.#fail(reason)
    else this.#retrying = setTimeout(() => this.#dial(), AGAIN_AFTER_MS)
  }

  #fail(reason: string): void {
    this.#failure ??= new DemoRefusedError(`${this.#options.host}: ${reason}`)
    this.#isClosing = true
    this.#socket?.close(4007)
    this.#tell()
  }

  #receive(message: CollectorMessage): void {
    if (message.type === 'welcome') return this.#onWelcome(message)
    if (message.type === 'ack' && message.epoch === this.#epoch) this.#settle(message.ranges)
    // a demo's own data is within every limit: what is refused is a mistake of ours
    if (message.type === 'reject' || message.type === 'refuse')
      this.#fail(`${message.code} ${message.reason}`)
  }

  #onWelcome(welcome: Welcome): void {
    if (!isDemo(welcome))
      return this.#fail("this collector is no demo: invented data don't go there")
    for (const { epoch, ranges } of welcome.held) if (epoch === this.#epoch) this.#settle(ranges)
    this.#window = welcome.window
    this.#pinging = setInterval(
      () => this.#socket?.send(formatMessage({ type: 'ping', id: 1 })),
      PING_EVERY_MS,
    )
    for (const sequence of this.#unacknowledged.keys()) this.#transmit(sequence)
    this.#tell()
  }

  #settle(ranges: readonly (readonly [number, number])[]): void {
    const held = new SequenceRanges()
    held.merge(ranges.map(([from, to]): [number, number] => [from, to]))
    for (const [sequence, { batch }] of this.#unacknowledged) {
      if (!held.has(sequence)) continue
      this.#unacknowledged.delete(sequence)
      for (const { values } of batch.blocks) this.acknowledged += values.length
    }
    this.#tell()
  }

  #transmit(sequence: number): void {
    const sent = this.#unacknowledged.get(sequence)
    const [socket, encoder] = [this.#socket, this.#encoder]
    if (sent === undefined || encoder === undefined || socket?.readyState !== WebSocket.OPEN) return
    const ageMs = Math.max(0, this.#options.nowMs() - sent.newestMs)
    for (const frame of encoder.encode({ epoch: this.#epoch, sequence }, ageMs, sent.batch))
      socket.send(frame, () => this.#tell())
  }
}
