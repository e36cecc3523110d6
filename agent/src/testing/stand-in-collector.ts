import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import {
  FrameDecoder,
  formatMessage,
  parseAgentMessage,
  SUB_PROTOCOL,
  type BatchFrame,
  type CollectorMessage,
  type Hello,
  type SeriesDefinition,
  type Welcome,
} from '@wardround/protocol'
import { WebSocketServer, type WebSocket } from 'ws'

/** What happens at the agent's end wakes nobody here. */
const POLL_MS = 10

export interface StandInOptions {
  readonly token?: string
  readonly window?: Welcome['window']
  /** What welcome says that it can do. */
  readonly capabilities?: Welcome['capabilities']
  /** What welcome says that the journal holds. */
  readonly held?: () => Welcome['held']
  /** What to answer to a batch; default: acknowledge it. */
  readonly onBatch?: (batch: ReceivedBatch, connection: StandInConnection) => void
  /** Never says welcome. */
  readonly isSilent?: boolean
  /** Ends each connection before a word was said. */
  readonly isMute?: boolean
  /** Does not answer pings. */
  readonly isDeaf?: boolean
  /** HTTP status for upgrades; undefined: they succeed. */
  readonly refuseWith?: { status: number; headers?: Readonly<Record<string, string>> }
}

/** A batch with its series by name. */
export interface ReceivedBatch extends Omit<BatchFrame, 'type'> {
  /** Of its frame and of the define frames before it. */
  readonly wireBytes: number
  readonly samples: readonly {
    readonly definition: SeriesDefinition
    readonly timeMs: number
    readonly value: number
  }[]
}

export interface StandInConnection {
  readonly hello: Hello
  readonly socket: WebSocket
  readonly batches: ReceivedBatch[]
  readonly pings: number
  /** Connection numbers of series, by field name. */
  numberOf(field: string): number
  send(message: CollectorMessage): void
  ack(...batches: readonly ReceivedBatch[]): void
}

/** Stands in for a collector: speaks the protocol with the real codec over a real socket, and does to the agent what a test wants. Stores nothing. */
export class StandInCollector implements AsyncDisposable {
  options: StandInOptions
  readonly connections: StandInConnection[] = []
  /** TCP connections so far. */
  dialled = 0
  /** Upgrades that were asked for, refused ones too. */
  readonly upgrades: IncomingMessage[] = []
  readonly #server: Server
  readonly #sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(SUB_PROTOCOL) ? SUB_PROTOCOL : false),
  })
  readonly #waiting = new Set<() => void>()

  private constructor(server: Server, options: StandInOptions) {
    this.#server = server
    this.options = options
    server.on('connection', (socket) => {
      this.dialled++
      if (this.options.isMute === true) socket.destroy()
    })
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head))
  }

  static async start(options: StandInOptions = {}): Promise<StandInCollector> {
    const server = createServer()
    const collector = new StandInCollector(server, options)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return collector
  }

  get port(): number {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server that listens has such an address
    return (this.#server.address() as AddressInfo).port
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}/agent/v1`
  }

  /** All batches of all connections, in order of arrival. */
  get batches(): ReceivedBatch[] {
    return this.connections.flatMap(({ batches }) => batches)
  }

  /** Resolves once something holds; looks again whenever something arrives, and now and then. */
  async until<T>(find: () => T | undefined | false, withinMs = 90_000): Promise<T> {
    const deadline = performance.now() + withinMs
    for (;;) {
      const found = find()
      if (found !== undefined && found !== false) return found
      const leftMs = deadline - performance.now()
      if (leftMs <= 0) throw new Error(`not within ${withinMs} ms: ${find.toString()}`)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => wake(), Math.min(leftMs, POLL_MS))
        const wake = () => {
          clearTimeout(timer)
          this.#waiting.delete(wake)
          resolve()
        }
        this.#waiting.add(wake)
      })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.upgrades.push(request)
    this.#wake()
    const { refuseWith, token } = this.options
    const status =
      refuseWith?.status ??
      (token !== undefined && request.headers.authorization !== `Bearer ${token}` ? 401 : undefined)
    if (status === undefined) {
      this.#sockets.handleUpgrade(request, socket, head, (opened) => this.#welcome(opened))
      return
    }
    const headers = Object.entries(refuseWith?.headers ?? {}).map(
      (pair) => `${pair.join(': ')}\r\n`,
    )
    socket.end(`HTTP/1.1 ${status} Refused\r\n${headers.join('')}Content-Length: 0\r\n\r\n`)
  }

  #welcome(socket: WebSocket): void {
    const connection = new OpenConnection(socket)
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.#takeFrame(connection, data)
      else this.#takeText(connection, data.toString())
      this.#wake()
    })
    socket.on('close', () => this.#wake())
  }

  #takeText(connection: OpenConnection, text: string): void {
    const message = parseAgentMessage(text)
    if (message.type === 'ping') {
      connection.pings++
      if (this.options.isDeaf !== true) connection.send({ type: 'pong', id: message.id })
      return
    }
    connection.hello = message
    this.connections.push(connection)
    if (this.options.isSilent === true) return
    connection.send({
      type: 'welcome',
      agent: message.host,
      capabilities: this.options.capabilities ?? [],
      held: this.options.held?.() ?? [],
      window: this.options.window ?? { batches: 64, bytes: 1_048_576 },
      limits: { frameBytes: 1_048_576, seriesPerSubject: 5_000, seriesPerAgent: 500_000 },
      timeMs: Date.now(),
    })
  }

  #takeFrame(connection: OpenConnection, data: Buffer): void {
    const batch = connection.decode(data)
    if (batch === undefined) return
    if (this.options.onBatch === undefined) connection.ack(batch)
    else this.options.onBatch(batch, connection)
  }

  #wake(): void {
    for (const wake of this.#waiting) wake()
  }
}

class OpenConnection implements StandInConnection {
  hello: Hello = {
    type: 'hello',
    host: '?',
    version: '?',
    epoch: '',
    capabilities: [],
    epochs: [],
    platform: '?',
  }
  pings = 0
  readonly socket: WebSocket
  readonly batches: ReceivedBatch[] = []
  readonly #decoder = new FrameDecoder()
  readonly #definitions = new Map<number, SeriesDefinition>()
  #wireBytes = 0

  constructor(socket: WebSocket) {
    this.socket = socket
  }

  numberOf(field: string): number {
    for (const [number, definition] of this.#definitions)
      if (definition.field === field) return number
    return -1
  }

  send(message: CollectorMessage): void {
    this.socket.send(formatMessage(message))
  }

  ack(...batches: readonly ReceivedBatch[]): void {
    for (const { id } of batches)
      this.send({ type: 'ack', epoch: id.epoch, ranges: [[id.sequence, id.sequence]] })
  }

  decode(data: Buffer): ReceivedBatch | undefined {
    const frame = this.#decoder.decode(data)
    this.#wireBytes += data.length
    if (frame.type === 'define') {
      for (const { number, definition } of frame.definitions)
        this.#definitions.set(number, definition)
      return undefined
    }
    const samples = frame.batch.blocks.flatMap(({ timeMs, series, values }) =>
      [...series].map((number, i) => {
        const definition = this.#definitions.get(number)
        if (definition === undefined) throw new Error(`series ${number} was never defined`)
        return { definition, timeMs, value: values[i] ?? Number.NaN }
      }),
    )
    const batch = { ...frame, samples, wireBytes: this.#wireBytes }
    this.#wireBytes = 0
    this.batches.push(batch)
    return batch
  }
}
