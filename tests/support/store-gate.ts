import { once } from 'node:events'
import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pass } from './until.ts'

/** What happens to a request on its way to a store. */
export type GateMode =
  | 'open'
  /** The store does what it is asked, and its answer is never given. */
  | 'swallow'
  /** Answered with this status; the store sees nothing of it. */
  | { readonly status: number }
  /** Passed on after so long. */
  | { readonly delayMs: number }

/** An HTTP proxy on loopback before a real store, for what a real store does only on a bad day. A store that can't be reached is a connection that breaks. */
export class StoreGate implements AsyncDisposable {
  mode: GateMode = 'open'
  readonly #target: string
  readonly #agent = new Agent({ keepAlive: true })
  readonly #server = createServer((asked, answer) => void this.#serve(asked, answer))

  private constructor(target: string) {
    this.#target = target
  }

  static async open(target: string): Promise<StoreGate> {
    const gate = new StoreGate(target)
    gate.#server.listen(0, '127.0.0.1')
    await once(gate.#server, 'listening')
    return gate
  }

  get url(): string {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a server that listens on TCP has an AddressInfo
    const { port } = this.#server.address() as AddressInfo
    return `http://127.0.0.1:${port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#agent.destroy()
    this.#server.closeAllConnections()
    const closed = once(this.#server, 'close')
    this.#server.close()
    await closed
  }

  async #serve(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    try {
      const body = await readAll(asked)
      const { mode } = this
      if (typeof mode === 'object' && 'status' in mode) {
        answer.writeHead(mode.status).end('out of order')
        return
      }
      if (typeof mode === 'object') await pass(mode.delayMs)
      const given = await this.#passOn(asked, body)
      const said = await readAll(given)
      if (mode === 'swallow') return
      answer.writeHead(given.statusCode ?? 502, given.headers).end(said)
    } catch {
      asked.socket.resetAndDestroy()
    }
  }

  async #passOn(asked: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
    const { method, url: path = '/', headers } = asked
    const sent = request(this.#target + path, { method, headers, agent: this.#agent })
    sent.end(body)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- http gives a request's answer so
    const [given] = (await once(sent, 'response')) as [IncomingMessage]
    return given
  }
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}
