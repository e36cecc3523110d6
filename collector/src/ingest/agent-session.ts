import {
  type BatchId,
  CLOSE_CODES,
  DEMO_CAPABILITY,
  isDemo,
  type CloseCode,
  type CollectorMessage,
  formatMessage,
  type Hello,
  parseAgentMessage,
  ProtocolError,
} from '@wardround/protocol'
import type { Agent } from './agent.ts'
import { BatchReceiver } from './batch-receiver.ts'
import type { SessionContext, SessionSocket, SessionVoice } from './session-context.ts'

type Stage = 'waiting' | 'joining' | 'open' | 'closed'

/** Where a connection comes from. */
export interface Peer {
  readonly address: string
  readonly isForwarded: boolean
}

/** An agent that leaves so much unread is cut. */
const MAX_UNREAD_BYTES = 1_048_576
/** A close frame's payload has at most 125 bytes, 2 of them the code (RFC 6455, 5.5). */
const MAX_CLOSE_REASON_BYTES = 123

/** One connection of an agent, from its hello to its close. */
export class AgentSession implements SessionVoice {
  readonly agent: Agent
  /** Where it came from, as people should read it. */
  readonly address: string
  /** Something on the way said that it is between the agent and here: then `address` is its own. */
  readonly isForwarded: boolean
  readonly #context: SessionContext
  readonly #socket: SessionSocket
  readonly #batches: BatchReceiver
  #stage: Stage = 'waiting'
  #hello: Hello | undefined
  /** Why this end closes the connection; undefined when the other end did, or nobody. */
  closedFor: { readonly code: CloseCode; readonly detail: string } | undefined
  /** By the monotonic clock. */
  lastHeardMs: number

  constructor(agent: Agent, peer: Peer, socket: SessionSocket, context: SessionContext) {
    this.agent = agent
    this.address = peer.address
    this.isForwarded = peer.isForwarded
    this.#context = context
    this.#socket = socket
    this.#batches = new BatchReceiver(agent, context, this, socket)
    this.lastHeardMs = context.monotonicMs()
  }

  get epoch(): string | undefined {
    return this.#hello?.epoch
  }

  get hello(): Hello | undefined {
    return this.#hello
  }

  /** Batches wait for a new connection: the journal didn't take them. */
  get hasDeferred(): boolean {
    return this.#batches.hasDeferred
  }

  /** Whether its agent was told that it may not speak for a subject. */
  hasRefused(subject: string): boolean {
    return this.#batches.hasRefused(subject)
  }

  /** The collector's numbers of the series defined here; negative where refused. */
  get seriesNumbers(): Int32Array {
    return this.#batches.seriesNumbers
  }

  receiveText(text: string): void {
    this.#guarded(() => {
      const message = parseAgentMessage(text)
      if (message.type === 'ping') this.#answerPing(message.id)
      else if (this.#stage === 'waiting') this.#join(message).catch((error) => this.#failed(error))
      else this.close(1002, 'a second hello')
    })
  }

  receiveFrame(bytes: Uint8Array): void {
    this.#guarded(() => {
      if (this.#stage === 'open') this.#batches.receive(bytes)
      else this.close(4002, 'a frame before welcome')
    })
  }

  /** Lets an agent begin anew that waits in vain for acknowledgements. */
  closeIfStalled(): void {
    if (this.#batches.isStalled(this.#context.monotonicMs())) {
      this.close(1013, 'the journal can not be written; send again later')
    }
  }

  /** Ends the connection by a code of the protocol's table. */
  close(code: CloseCode, detail: string): void {
    if (this.#stage === 'closed') return
    this.closedFor = { code, detail }
    this.ended()
    this.#socket.close(code, toCloseReason(`${CLOSE_CODES[code].name}: ${detail}`))
  }

  /** Ends a connection whose other end may no longer read: the close frame is sent, and not waited for. */
  cut(code: CloseCode, detail: string): void {
    this.close(code, detail)
    this.#socket.terminate()
  }

  /** The WebSocket layer has ended the connection itself, for what it was sent. */
  broken(code: CloseCode, detail: string): void {
    this.closedFor ??= { code, detail }
  }

  /** The socket is closed: nothing is sent any more. */
  ended(): void {
    this.#stage = 'closed'
    this.#batches.close()
  }

  /** How long a ping of the WebSocket takes there and back, our own waiting included; undefined: no answer within the deadline. */
  async measureRoundTrip(deadlineMs: number): Promise<number | undefined> {
    if (this.#stage === 'closed') return undefined
    const sentAtMs = this.#context.monotonicMs()
    const answered = await pingPong(this.#socket, deadlineMs)
    return answered ? this.#context.monotonicMs() - sentAtMs : undefined
  }

  acknowledge(id: BatchId): void {
    this.#context.acks.add(this, id)
  }

  tell(message: CollectorMessage): void {
    this.send(formatMessage(message))
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
      this.#failed(error)
    }
  }

  #failed(error: unknown): void {
    this.#context.log.error({ err: error, agent: this.agent.host }, 'a frame could not be handled')
    this.close(1011, 'internal error')
  }

  #answerPing(id: number): void {
    this.tell({ type: 'pong', id })
    if (this.#stage === 'open') this.#context.onPing(this.agent)
  }

  async #join(hello: Hello): Promise<void> {
    this.#stage = 'joining'
    this.#hello = hello
    if (isDemo(hello) !== this.#context.isDemo) return this.close(4007, this.#apartBecause())
    if (!(await this.#context.admit(this, hello)) || this.#stage !== 'joining') return
    this.#stage = 'open'
    this.#batches.open(hello)
    const { window, frameBytes, seriesPerSubject, seriesPerAgent } = this.#context.limits
    const held = [...this.agent.held.ranges(this.agent.host)]
    this.tell({
      type: 'welcome',
      agent: this.agent.host,
      capabilities: this.#context.isDemo ? [DEMO_CAPABILITY] : [],
      held: held.map(({ epoch, ranges }) => ({
        epoch,
        ranges: ranges.map(([from, to]) => [from, to]),
      })),
      window,
      limits: { frameBytes, seriesPerSubject, seriesPerAgent },
      timeMs: this.#context.nowMs(),
    })
  }

  #apartBecause(): string {
    return this.#context.isDemo
      ? "this collector shows demo data, a real agent can't join it"
      : "this collector is no demo, a demo's agent can't join it"
  }
}

function pingPong(socket: SessionSocket, deadlineMs: number): Promise<boolean> {
  return new Promise((resolve) => {
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

/** Cut at whole characters. */
function toCloseReason(text: string): string {
  return Buffer.from(text)
    .subarray(0, MAX_CLOSE_REASON_BYTES)
    .toString()
    .replace(/\uFFFD$/, '')
}
