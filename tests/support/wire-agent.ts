import { once } from 'node:events'
import {
  FrameEncoder,
  formatMessage,
  makeShape,
  parseCollectorMessage,
  SequenceRanges,
  SeriesTable,
  SUB_PROTOCOL,
} from '@wardround/protocol'
import { WebSocket } from 'ws'
import { answerValue, type Answer } from './answer-ledger.ts'

/** The agent's end of one connection, driven by hand: batches go in any order and any number of times. */
export class WireAgent implements AsyncDisposable {
  readonly #socket: WebSocket
  readonly #table = new SeriesTable()
  readonly #encoder = new FrameEncoder(this.#table)
  readonly #epoch: string
  readonly #series: Uint32Array
  /** Sequences that the collector has acknowledged on this connection or named in its welcome. */
  readonly acknowledged = new SequenceRanges()
  /** Sequences refused for good. */
  readonly rejected: number[] = []
  #changed: (() => void) | undefined

  private constructor(socket: WebSocket, epoch: string, series: number) {
    this.#socket = socket
    this.#epoch = epoch
    this.#series = Uint32Array.from({ length: series }, (_, at) =>
      this.#table.intern({
        subject: '',
        ...makeShape('ledger', { series: String(at) }, 'answer', 'gauge'),
      }),
    )
    socket.on('message', (data: Buffer) => this.#receive(data.toString()))
    socket.on('close', () => this.#changed?.())
  }

  /** Connects, says hello and waits for the welcome. */
  static async connect(
    url: string,
    token: string,
    epoch: string,
    series: number,
  ): Promise<WireAgent> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/agent/v1`, SUB_PROTOCOL, {
      headers: { authorization: `Bearer ${token}` },
      perMessageDeflate: false,
    })
    const agent = new WireAgent(socket, epoch, series)
    await once(socket, 'open')
    const welcomed = once(socket, 'message')
    const hello = { host: 'wire', version: '0.0.0', platform: 'linux x64', capabilities: [] }
    socket.send(formatMessage({ type: 'hello', ...hello, epoch, epochs: [epoch] }))
    await welcomed
    return agent
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN
  }

  /** Sends an answer of the device as the batch of that sequence; the same one again is the same batch again. `ageMs`: how old it is, by the agent's monotonic clock. */
  send(sequence: number, answer: Answer, ageMs = Math.max(0, Date.now() - answer.timeMs)): void {
    const values = Float64Array.from(this.#series, (_, at) => answerValue(answer.tick, at))
    const block = { subject: '', timeMs: answer.timeMs, series: this.#series, values }
    const id = { epoch: this.#epoch, sequence }
    const frames = this.#encoder.encode(id, ageMs, { blocks: [block], events: [], documents: [] })
    for (const frame of frames) this.#socket.send(frame)
  }

  /** Resolves when all these sequences are acknowledged. Rejects when the connection ends before. */
  async untilAcknowledged(sequences: readonly number[]): Promise<void> {
    while (!sequences.every((sequence) => this.acknowledged.has(sequence))) {
      if (!this.isOpen) throw new Error('the connection ended before all was acknowledged')
      await new Promise<void>((resolve) => (this.#changed = resolve))
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return
    const closed = once(this.#socket, 'close')
    this.#socket.terminate()
    await closed
  }

  #receive(text: string): void {
    const message = parseCollectorMessage(text)
    if (message.type === 'ack' && message.epoch === this.#epoch)
      this.acknowledged.merge(message.ranges)
    if (message.type === 'welcome')
      for (const { epoch, ranges } of message.held)
        if (epoch === this.#epoch) this.acknowledged.merge(ranges)
    if (message.type === 'reject') this.rejected.push(message.sequence)
    this.#changed?.()
  }
}
