import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { WebhookBody } from './webhook-receiver.ts'

/**
 * What a receiver of webhooks does with a request: takes it; answers 500, or 429 with Retry-After; never answers; answers after SLOW_MS; resets the
 * connection once the request's headers are there, or in the middle of the answer's headers; does not listen.
 */
export type ReceiverFault =
  | 'none'
  | 'error'
  | 'busy'
  | 'hang'
  | 'slow'
  | 'reset'
  | 'torn'
  | 'refused'

/** What an overloaded one asks for. */
export const RETRY_AFTER_MS = 2_000
/** Longer than the time-out that a row gives its channels. */
export const SLOW_MS = 30_000

/** One request. */
export interface Attempt {
  readonly atMs: number
  readonly deliveryId: string
  /** Empty where the connection was reset before the body. */
  readonly alerts: WebhookBody['alerts']
  /** What it met. */
  readonly fault: ReceiverFault
  /** It was answered with 200 in full. */
  isTaken: boolean
}

/** A real HTTP server on loopback that fails as told, a stand-in for whoever gets webhooks. */
export class FaultyReceiver implements AsyncDisposable {
  readonly attempts: Attempt[] = []
  /** Called with each good request before it is answered. */
  beforeAnswer: ((attempt: Attempt) => void) | undefined
  /** Called when the answer to a good request is in the kernel. */
  afterAnswer: ((attempt: Attempt) => void) | undefined
  readonly #server = createServer((request, response) => void this.#take(request, response))
  #fault: ReceiverFault = 'none'
  #port = 0

  private constructor() {}

  static async start(): Promise<FaultyReceiver> {
    const receiver = new FaultyReceiver()
    await receiver.#listen()
    return receiver
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/alerts`
  }

  /** Those that were answered with 200, in the order of their arrival. */
  get taken(): Attempt[] {
    return this.attempts.filter(({ isTaken }) => isTaken)
  }

  /** From the next request on: what hangs goes on hanging until its client gives up. */
  async setFault(fault: ReceiverFault): Promise<void> {
    const before = this.#fault
    this.#fault = fault
    if (fault === 'refused') await this.#close()
    else if (before === 'refused') await this.#listen()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) await this.#close()
  }

  async #listen(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a server that listens on TCP has an AddressInfo
    this.#port = (this.#server.address() as AddressInfo).port
  }

  async #close(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await closed
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fault = this.#fault
    const deliveryId = String(request.headers['wardround-delivery-id'])
    const seen = { atMs: Date.now(), deliveryId, fault, isTaken: false }
    if (fault === 'reset') {
      this.attempts.push({ ...seen, alerts: [] })
      request.socket.resetAndDestroy()
      return
    }
    const body = await readBody(request)
    if (body === undefined) return
    const attempt = { ...seen, alerts: body.alerts }
    this.attempts.push(attempt)
    this.#answer(attempt, response)
  }

  #answer(attempt: Attempt, response: ServerResponse): void {
    const fail = FAILING[attempt.fault]
    if (fail !== undefined) {
      fail(response)
      return
    }
    this.beforeAnswer?.(attempt)
    attempt.isTaken = true
    response.end(() => this.afterAnswer?.(attempt))
  }
}

/** What those do that have the whole request. */
const FAILING: Readonly<Partial<Record<ReceiverFault, (response: ServerResponse) => void>>> = {
  error: (response) => response.writeHead(500).end(),
  busy: (response) =>
    response.writeHead(429, { 'retry-after': String(RETRY_AFTER_MS / 1000) }).end(),
  hang: () => undefined,
  slow: (response) => {
    const timer = setTimeout(() => response.end(), SLOW_MS)
    response.on('close', () => clearTimeout(timer))
  },
  torn: ({ socket }) =>
    socket?.write('HTTP/1.1 200 OK\r\nContent-Le', () => socket.resetAndDestroy()),
}

/** Undefined: it ended before its end. */
async function readBody(request: IncomingMessage): Promise<WebhookBody | undefined> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request) chunks.push(chunk)
  } catch {
    return undefined // who sent it is gone, which these rows are about
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a row expects of it, the row checks
  return JSON.parse(Buffer.concat(chunks).toString()) as WebhookBody
}
