import { randomBytes } from 'node:crypto'
import {
  FrameEncoder,
  formatMessage,
  makeShape,
  newEpoch,
  SeriesTable,
  type Batch,
} from '@wardround/protocol'
import { mutate, type Mutation } from '../support/frame-mutator.ts'
import { RawWebSocket } from '../support/raw-web-socket.ts'

export interface FuzzOptions {
  readonly host: string
  readonly token: string
  readonly port: number
  readonly random: () => number
  /** Something the collector did that it must not; `bytes` are what it was sent. */
  readonly onViolation: (what: string, bytes: Buffer) => void
}

/** How the fuzz of one agent went. */
export interface FuzzCounts {
  frames: number
  connections: number
  longestMs: number
  readonly closeCodes: Map<number, number>
  /** Values of frames that were answered by the end of their connection: none of them may be stored. */
  readonly badValues: Set<number>
}

/** What the collector may close with: a frame is wrong, unreadable, over a limit or too long; or a mutated frame made it too many in flight. 1005: it was told to close without a code. */
const ALLOWED_CODES = new Set([1000, 1002, 1003, 1005, 1007, 1008, 1009, 4002, 4006])
const ANSWER_DEADLINE_MS = 180_000
const HANG_MS = 20
/** What is acknowledged is so by then; else another connection is made: its window is free. */
const ACK_MS = 1_000
/** Of the window of 64; waits for acknowledgements beyond it. */
const MAX_IN_FLIGHT = 40
const FRAMES_PER_EPOCH = 2_000
const MAX_BAD_VALUES = 100_000

/**
 * One identity that sends frames, most of them wrong, and watches what becomes of its connection. Its encoder is no longer at one with the collector's
 * decoder when a mutated frame was taken: that is part of the fuzz.
 */
export class FuzzAgent implements Disposable {
  readonly counts: FuzzCounts = {
    frames: 0,
    connections: 0,
    longestMs: 0,
    closeCodes: new Map(),
    badValues: new Set(),
  }
  readonly #with: FuzzOptions
  #table = new SeriesTable()
  #encoder = new FrameEncoder(this.#table)
  #socket: RawWebSocket | undefined
  #epoch = newEpoch(randomBytes(8))
  #sequence = 1
  #inFlight = 0
  #pings = 0
  /** Nothing wrong was sent on this connection: what is right must be taken. */
  #isPristine = true

  constructor(options: FuzzOptions) {
    this.#with = options
  }

  /** Sends one mutated frame and waits for what it brings about. */
  async step(): Promise<void> {
    await this.#connected()
    const { frames, values } = this.#makeFrames()
    await this.send(mutate(frames, this.#with.random), values)
  }

  async send(mutation: Mutation, values: readonly number[] = []): Promise<void> {
    const socket = await this.#connected()
    this.counts.frames++
    const startedAt = performance.now()
    socket.write(mutation.bytes)
    const pong = `"pong","id":${++this.#pings}`
    // Behind a frame without its end, the ping would be that end, and might make it a good one.
    if (!mutation.mayHang) socket.sendText(formatMessage({ type: 'ping', id: this.#pings }))
    const isAnswered = () => socket.closeCode !== undefined || socket.texts.some(isPong(pong))
    const deadlineMs = mutation.mayHang ? HANG_MS : ANSWER_DEADLINE_MS
    const answered = await socket.until(isAnswered, deadlineMs)
    if (answered)
      this.counts.longestMs = Math.max(this.counts.longestMs, performance.now() - startedAt)
    if (!answered && !socket.isEnded) {
      if (!mutation.mayHang) this.#with.onViolation(`${mutation.kind}: no answer`, mutation.bytes)
      return this.#drop()
    }
    if (mutation.isValid && this.#isPristine && socket.closeCode !== undefined)
      this.#with.onViolation(`${mutation.kind}: not taken: ${socket.closeCode}`, mutation.bytes)
    this.#isPristine &&= mutation.isValid
    if (socket.closeCode === undefined) return this.#survived(socket)
    this.#ended(mutation, socket.closeCode, values)
  }

  [Symbol.dispose](): void {
    this.#drop()
  }

  #survived(socket: RawWebSocket): void {
    this.#sequence++
    this.#inFlight++
    for (const message of socket.texts.splice(0))
      if (message.includes('"ack"') || message.includes('"reject"')) this.#inFlight = 0
  }

  #ended(mutation: Mutation, code: number, values: readonly number[]): void {
    const { closeCodes, badValues } = this.counts
    closeCodes.set(code, (closeCodes.get(code) ?? 0) + 1)
    // A close of ours is answered by its own code.
    if (!ALLOWED_CODES.has(code) && mutation.kind !== 'close')
      this.#with.onViolation(`${mutation.kind}: closed with ${code}`, mutation.bytes)
    if (badValues.size < MAX_BAD_VALUES) for (const value of values) badValues.add(value)
    this.#drop()
  }

  #drop(): void {
    this.#socket?.[Symbol.dispose]()
    this.#socket = undefined
  }

  async #connected(): Promise<RawWebSocket> {
    const open = this.#socket
    if (open !== undefined && !open.isEnded) {
      // Acknowledgements come with the next sync of the disk.
      if (this.#inFlight >= MAX_IN_FLIGHT) {
        const isAcknowledged = () => open.texts.some((message) => message.includes('"ack"'))
        if (await open.until(isAcknowledged, ACK_MS)) this.#inFlight = 0
      }
      if (!open.isEnded && this.#inFlight < MAX_IN_FLIGHT) return open
      this.#drop()
    }
    const socket = await RawWebSocket.open(this.#with.port, this.#with.token)
    this.counts.connections++
    this.#isPristine = true
    this.#socket = socket
    this.#table = new SeriesTable()
    this.#encoder = new FrameEncoder(this.#table)
    this.#inFlight = 0
    if (this.#sequence > FRAMES_PER_EPOCH) {
      this.#epoch = newEpoch(randomBytes(8))
      this.#sequence = 1
    }
    const about = { version: '0', platform: 'linux x64', capabilities: [] }
    const epochs = { epoch: this.#epoch, epochs: [this.#epoch] }
    socket.sendText(formatMessage({ type: 'hello', host: this.#with.host, ...about, ...epochs }))
    const isWelcome = () => socket.texts.some((message) => message.includes('"welcome"'))
    if (!(await socket.until(isWelcome, ANSWER_DEADLINE_MS)))
      this.#with.onViolation(`no welcome: ${socket.closeCode}`, Buffer.alloc(0))
    return socket
  }

  /** The frames of a good batch: some series, sometimes an event and a document. Its values occur in no other. */
  #makeFrames(): { frames: Uint8Array[]; values: number[] } {
    const { random } = this.#with
    const values = Array.from(
      { length: 1 + Math.floor(random() * 4) },
      () => random() * 2 ** 32 + random(),
    )
    const series = values.map((_, at) =>
      this.#table.intern({
        subject: '',
        ...makeShape(
          'fuzz',
          { series: String(at + 4 * Math.floor(random() * 4)) },
          'value',
          'gauge',
        ),
      }),
    )
    const unique = new Map(series.map((number, at) => [number, values[at] ?? 0]))
    const timeMs = Date.now()
    const batch: Batch = {
      blocks: [
        {
          subject: '',
          timeMs,
          series: Uint32Array.from(unique.keys()),
          values: Float64Array.from(unique.values()),
        },
      ],
      events:
        random() < 0.1 ? [{ subject: '', timeMs, key: 'k', kind: 'log', body: { line: 'x' } }] : [],
      documents:
        random() < 0.1
          ? [{ subject: '', timeMs, name: 'os', keep: 'newest', body: { version: 1 } }]
          : [],
    }
    const id = { epoch: this.#epoch, sequence: this.#sequence }
    return { frames: this.#encoder.encode(id, 0, batch), values: [...unique.values()] }
  }
}

function isPong(pong: string): (message: string) => boolean {
  return (message) => message.includes(pong)
}
