import type { Logger } from '@wardround/program'
import {
  type BatchFrame,
  type BatchId,
  CLOSE_CODES,
  type CloseCode,
  type CollectorMessage,
  formatMessage,
  FrameDecoder,
  type Hello,
  parseAgentMessage,
  ProtocolError,
  type SeriesTable,
} from '@wardround/protocol'
import type { AcceptedBatch } from '../accepted-batch.ts'
import type { AckQueue } from './ack-queue.ts'
import type { Agent } from './agent.ts'
import { acceptBatch, countSamples, newestBlockMs } from './batch-acceptance.ts'
import { type ClockReading, readClockError } from './clock-error.ts'
import { ConnectionSeries, type Refusal, type SubjectResolver } from './connection-series.ts'
import type { HostDirectory } from './host-directory.ts'
import type { InFlight, Pausable } from './in-flight.ts'
import type { SeriesCensus } from './series-census.ts'
import type { SessionLimits } from './session-limits.ts'
import { Window } from './window.ts'

/** The part of a WebSocket that a session uses. */
export interface SessionSocket extends Pausable {
  readonly bufferedAmount: number
  send(text: string): void
  close(code: number, reason: string): void
  terminate(): void
  ping(): void
  once(event: 'pong' | 'close', listener: () => void): unknown
  off(event: 'pong' | 'close', listener: () => void): unknown
}

/** Where accepted batches go. */
export interface Intake {
  /** Resolves once the batch is on stable storage; rejects when it couldn't be written. */
  take(batch: AcceptedBatch): Promise<void>
}

/** What all sessions share. */
export interface SessionContext {
  readonly table: SeriesTable
  readonly census: SeriesCensus
  readonly hosts: HostDirectory
  readonly intake: Intake
  readonly acks: AckQueue
  readonly inFlight: InFlight
  readonly limits: SessionLimits
  readonly log: Logger
  readonly nowMs: () => number
  readonly monotonicMs: () => number
  /** Decides whether the session is to be its agent's one connection; sends the reason itself when not. */
  admit(session: AgentSession, hello: Hello): Promise<boolean>
  /** An agent pinged. */
  onPing(agent: Agent): void
}

type Stage = 'waiting' | 'joining' | 'open' | 'closed'

const DEFAULT_EVERY_MS = 10_000
/** An agent that leaves so much unread is cut. */
const MAX_UNREAD_BYTES = 1_048_576
/** Bound of the protocol for a reason's text. */
const MAX_REASON = 1_000

/** One connection of an agent, from its hello to its close. */
export class AgentSession {
  readonly agent: Agent
  /** Where it came from, as people should read it. */
  readonly address: string
  readonly #context: SessionContext
  readonly #socket: SessionSocket
  readonly #decoder = new FrameDecoder()
  readonly #series: ConnectionSeries
  readonly #window: Window
  readonly #resolve: SubjectResolver
  #stage: Stage = 'waiting'
  #hello: Hello | undefined
  /** Batches that the journal didn't take: the agent sends them again on its next connection. */
  #deferred = 0
  /** By the monotonic clock. */
  lastHeardMs: number

  constructor(agent: Agent, address: string, socket: SessionSocket, context: SessionContext) {
    this.agent = agent
    this.address = address
    this.#context = context
    this.#socket = socket
    this.#resolve = (subject) => (subject === '' || subject === agent.host ? agent.host : undefined)
    this.#series = new ConnectionSeries({ ...context, resolve: this.#resolve })
    this.#window = new Window(context.limits.window, context.inFlight, socket)
    this.lastHeardMs = context.monotonicMs()
  }

  get epoch(): string | undefined {
    return this.#hello?.epoch
  }

  get hello(): Hello | undefined {
    return this.#hello
  }

  get hasDeferred(): boolean {
    return this.#deferred > 0
  }

  /** The collector's numbers of the series defined here; negative where refused. */
  get seriesNumbers(): Int32Array {
    return this.#series.numbers
  }

  receiveText(text: string): void {
    this.#guarded(() => {
      const message = parseAgentMessage(text)
      if (message.type === 'ping') this.#answerPing(message.id)
      else if (this.#stage === 'waiting') void this.#join(message)
      else this.close(1002, 'a second hello')
    })
  }

  receiveFrame(bytes: Uint8Array): void {
    this.#guarded(() => {
      if (this.#stage !== 'open') return this.close(4002, 'a frame before welcome')
      this.agent.ledger.frames++
      this.agent.ledger.bytes += bytes.length
      const frame = this.#decoder.decode(bytes)
      if (frame.type === 'batch') return this.#takeBatch(frame, bytes.length)
      this.#window.takeDefinitions(bytes.length)
      for (const refusal of this.#series.define(frame.definitions)) this.#refuse(refusal)
    })
  }

  /** Ends the connection by a code of the protocol's table. */
  close(code: CloseCode, detail: string): void {
    if (this.#stage === 'closed') return
    this.ended()
    const reason = `${CLOSE_CODES[code].name}: ${detail}`
    // A close frame's payload is bounded to 125 bytes, 2 of them for the code (RFC 6455, 5.5).
    this.#socket.close(code, Buffer.from(reason).subarray(0, 123).toString().replace(/�$/, ''))
  }

  /** Ends a connection whose other end may no longer read: the close frame is sent, and not waited for. */
  cut(code: CloseCode, detail: string): void {
    this.close(code, detail)
    this.#socket.terminate()
  }

  /** The socket is closed: nothing is sent any more; what is under way still becomes durable. */
  ended(): void {
    this.#stage = 'closed'
    this.#window.close()
  }

  /** Whether the other end answers a ping of the WebSocket within the deadline. */
  answers(deadlineMs: number): Promise<boolean> {
    if (this.#stage === 'closed') return Promise.resolve(false)
    return new Promise((resolve) => {
      const socket = this.#socket
      const settle = (answered: boolean) => {
        clearTimeout(timer)
        socket.off('pong', alive)
        socket.off('close', gone)
        resolve(answered)
      }
      const alive = () => settle(true)
      const gone = () => settle(false)
      const timer = setTimeout(gone, deadlineMs)
      socket.once('pong', alive)
      socket.once('close', gone)
      socket.ping()
    })
  }

  acknowledge(id: BatchId): void {
    this.#context.acks.add(this, id)
  }

  send(text: string): void {
    if (this.#stage === 'closed') return
    if (this.#socket.bufferedAmount > MAX_UNREAD_BYTES) {
      this.cut(4004, 'does not read its acknowledgements')
      return
    }
    this.#socket.send(text)
  }

  /** What a frame does wrong ends this connection, and nothing else. */
  #guarded(receive: () => void): void {
    if (this.#stage === 'closed') return
    this.lastHeardMs = this.#context.monotonicMs()
    if (this.#stage === 'open') this.agent.lastSeenMs = this.#context.nowMs()
    try {
      receive()
    } catch (error) {
      if (error instanceof ProtocolError) {
        this.close(error.closeCode, `${error.code} ${error.message}`)
        return
      }
      this.#context.log.error(
        { err: error, agent: this.agent.host },
        'a frame could not be handled',
      )
      this.close(1011, 'internal error')
    }
  }

  #answerPing(id: number): void {
    this.#tell({ type: 'pong', id })
    if (this.#stage === 'open') this.#context.onPing(this.agent)
  }

  async #join(hello: Hello): Promise<void> {
    this.#stage = 'joining'
    this.#hello = hello
    if (!(await this.#context.admit(this, hello)) || this.#stage !== 'joining') return
    this.#stage = 'open'
    const { window, frameBytes, seriesPerSubject, seriesPerAgent } = this.#context.limits
    const held = [...this.agent.held.ranges(this.agent.host)]
    this.#tell({
      type: 'welcome',
      agent: this.agent.host,
      capabilities: [],
      held: held.map(({ epoch, ranges }) => ({
        epoch,
        ranges: ranges.map(([from, to]) => [from, to]),
      })),
      window,
      limits: { frameBytes, seriesPerSubject, seriesPerAgent },
      timeMs: this.#context.nowMs(),
    })
  }

  #takeBatch(frame: BatchFrame, bytes: number): void {
    const { agent } = this
    const taken = this.#window.takeBatch(bytes)
    if (taken === undefined) {
      const { batches, bytes: most } = this.#context.limits.window
      return this.close(4006, `more than ${batches} batches or ${most} bytes unacknowledged`)
    }
    const samples = countSamples(frame.batch)
    agent.ledger.batches++
    agent.ledger.received += samples
    agent.lastSequence = frame.id.sequence
    const verdict = this.#judge(frame)
    if (verdict === 'new') return void this.#store(frame, samples, taken)
    this.#window.release(taken)
    if (verdict === 'rejected') return
    agent.ledger.duplicates += samples
    if (verdict === 'held') this.acknowledge(frame.id)
  }

  #judge(frame: BatchFrame): 'new' | 'pending' | 'held' | 'rejected' {
    const [problem] = frame.problems
    if (problem !== undefined) return this.#reject(frame, problem.code, problem.detail)
    const delivery = this.agent.held.stateOf(frame.id)
    if (delivery === 'new' && !this.agent.held.hasRoomFor(frame.id.epoch)) {
      return this.#reject(
        frame,
        'TOO_MANY_EPOCHS',
        'more unacknowledged epochs than the collector keeps',
      )
    }
    return delivery
  }

  async #store(frame: BatchFrame, samples: number, taken: number): Promise<void> {
    const { agent } = this
    const receivedAtMs = this.#context.nowMs()
    const accepted = acceptBatch(frame, {
      agent: agent.host,
      receivedAtMs,
      everyMs: (this.#hello?.everySeconds ?? DEFAULT_EVERY_MS / 1000) * 1000,
      series: this.#series,
      resolve: this.#resolve,
      clock: this.#readClock(frame, receivedAtMs),
    })
    const stored = countSamples(accepted.batch)
    agent.held.begin(frame.id)
    try {
      await this.#context.intake.take(accepted)
    } catch {
      // The intake says why, once, in /readyz and the log; here it only means: no acknowledgement.
      agent.held.abandon(frame.id)
      agent.ledger.deferred += samples
      this.#defer()
      return
    } finally {
      this.#window.release(taken)
    }
    agent.held.settle(frame.id)
    agent.ledger.store(accepted, stored, samples - stored)
    // By whatever connection the agent has now: it may have reconnected meanwhile.
    agent.session?.acknowledge(frame.id)
  }

  #readClock(frame: BatchFrame, receivedAtMs: number): ClockReading {
    const newestMs = newestBlockMs(frame.batch)
    if (newestMs === undefined) return { errorMs: 0, corrected: false }
    const reading = readClockError(
      { newestMs, ageMs: frame.ageMs, receivedAtMs },
      this.agent.clockErrorMs,
    )
    this.agent.clockErrorMs = reading.errorMs
    return reading
  }

  /** Keeps reading, so that rules see live samples, until half of the window has been sent in vain: then the agent is to begin anew. */
  #defer(): void {
    this.#deferred++
    if (this.#deferred * 2 > this.#context.limits.window.batches) {
      this.close(1013, 'the journal can not be written; send again later')
    }
  }

  #reject(frame: BatchFrame, code: string, reason: string): 'rejected' {
    const { epoch, sequence } = frame.id
    this.agent.ledger.reject(code, countSamples(frame.batch))
    this.#tell({ type: 'reject', epoch, sequence, code, reason: reason.slice(0, MAX_REASON) })
    return 'rejected'
  }

  #refuse({ code, reason, series }: Refusal): void {
    this.#context.log.warn(
      { agent: this.agent.host, code, series: series.length },
      'series are refused',
    )
    this.#tell({ type: 'refuse', series, code, reason: reason.slice(0, MAX_REASON) })
  }

  #tell(message: CollectorMessage): void {
    this.send(formatMessage(message))
  }
}
