import { once } from 'node:events'
import {
  type Batch,
  type CollectorMessage,
  FrameEncoder,
  formatMessage,
  type Hello,
  makeShape,
  parseCollectorMessage,
  SeriesTable,
  SUB_PROTOCOL,
} from '@wardround/protocol'
import { WebSocket } from 'ws'

/** One sample as a test says it: a field of a measurement, its tags and its value. */
export interface TestSample {
  readonly measurement?: string
  readonly field: string
  readonly tags?: Readonly<Record<string, string>>
  readonly subject?: string
  readonly value: number
}

export interface TestBatch {
  readonly samples?: readonly TestSample[]
  readonly timeMs?: number
  readonly ageMs?: number
  readonly epoch?: string
  readonly events?: Batch['events']
  readonly documents?: Batch['documents']
}

export const TEST_EPOCH = '00000000000000aa'

/** An agent for tests: a real WebSocket and the real encoder, driven by hand. */
export class AgentClient implements Disposable {
  readonly socket: WebSocket
  readonly closed: Promise<{ code: number; reason: string }>
  readonly table = new SeriesTable()
  readonly #encoder = new FrameEncoder(this.table)
  readonly #received: CollectorMessage[] = []
  #waiting: (() => void) | undefined

  private constructor(socket: WebSocket) {
    this.socket = socket
    socket.on('message', (data) => {
      // oxlint-disable-next-line typescript/no-base-to-string -- ws gives Buffers
      this.#received.push(parseCollectorMessage(data.toString()))
      this.#waiting?.()
    })
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => {
        resolve({ code, reason: reason.toString() })
        this.#waiting?.()
      })
    })
  }

  /** @throws Error of ws when the upgrade is refused ("Unexpected server response: 401") */
  static async connect(
    port: number,
    options: {
      token?: string
      headers?: Record<string, string>
      protocol?: string
      localAddress?: string
    } = {},
  ): Promise<AgentClient> {
    const headers = {
      ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
      ...options.headers,
    }
    const socket = new WebSocket(
      `ws://127.0.0.1:${port}/agent/v1`,
      options.protocol ?? SUB_PROTOCOL,
      {
        headers,
        perMessageDeflate: false,
        ...(options.localAddress === undefined ? {} : { localAddress: options.localAddress }),
      },
    )
    const client = new AgentClient(socket)
    await once(socket, 'open')
    return client
  }

  sendHello(hello: Partial<Hello> = {}): void {
    const epoch = hello.epoch ?? TEST_EPOCH
    this.socket.send(
      formatMessage({
        type: 'hello',
        host: 'whatever-it-calls-itself',
        version: '0.0.0',
        epoch,
        capabilities: [],
        epochs: [epoch],
        platform: 'linux x64',
        ...hello,
      }),
    )
  }

  /** Says hello and waits for the welcome. */
  async join(hello: Partial<Hello> = {}): Promise<CollectorMessage & { type: 'welcome' }> {
    this.sendHello(hello)
    return this.next('welcome')
  }

  /** The frames of a batch, not sent. */
  encode(sequence: number, batch: TestBatch): Uint8Array[] {
    const timeMs = batch.timeMs ?? Date.now()
    const subjects = new Map<string, TestSample[]>()
    for (const sample of batch.samples ?? []) {
      const subject = sample.subject ?? ''
      subjects.set(subject, [...(subjects.get(subject) ?? []), sample])
    }
    const blocks = [...subjects].map(([subject, samples]) => ({
      subject,
      timeMs,
      series: Uint32Array.from(samples, (sample) => this.#intern(subject, sample)),
      values: Float64Array.from(samples, ({ value }) => value),
    }))
    const id = { epoch: batch.epoch ?? TEST_EPOCH, sequence }
    const { events = [], documents = [] } = batch
    return this.#encoder.encode(id, batch.ageMs ?? 0, { blocks, events, documents })
  }

  sendBatch(sequence: number, batch: TestBatch): void {
    for (const frame of this.encode(sequence, batch)) this.socket.send(frame)
  }

  /** The next message of a type, passing over the others. */
  async next<Type extends CollectorMessage['type']>(
    type: Type,
  ): Promise<CollectorMessage & { type: Type }> {
    for (;;) {
      const found = this.#received.findIndex((message) => message.type === type)
      if (found >= 0) {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its type is the one that was looked for
        return this.#received.splice(found, 1)[0] as CollectorMessage & { type: Type }
      }
      if (this.socket.readyState === WebSocket.CLOSED) {
        const { code, reason } = await this.closed
        throw new Error(`closed with ${code} ${reason} while waiting for ${type}`)
      }
      await new Promise<void>((resolve) => (this.#waiting = resolve))
    }
  }

  /** Messages of a type that have come and weren't asked for. */
  pending(type: CollectorMessage['type']): CollectorMessage[] {
    return this.#received.filter((message) => message.type === type)
  }

  /** A round trip: what was sent before has been handled when it resolves. */
  async settle(): Promise<void> {
    this.socket.send(formatMessage({ type: 'ping', id: 7 }))
    await this.next('pong')
  }

  [Symbol.dispose](): void {
    this.socket.terminate()
  }

  #intern(subject: string, { measurement = 'test', field, tags = {} }: TestSample): number {
    return this.table.intern({ subject, ...makeShape(measurement, tags, field, 'gauge') })
  }
}
