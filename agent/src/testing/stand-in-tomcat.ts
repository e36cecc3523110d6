import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

/** What the stand-in answers to a path: a body with status 200, or all of it, or by itself. */
export type StandInAnswer =
  | string
  | {
      readonly status?: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string
    }
  | ((response: ServerResponse) => void)

/**
 * Stands in for Tomcats that Debian does not have (7, 8.5, 9, 11) and for those that misbehave: a loopback HTTP server that gives the
 * answers of the test, 404 to anything else.
 */
export class StandInTomcat implements AsyncDisposable {
  readonly answers: Record<string, StandInAnswer>
  /** Path and query of each request, with its Authorization. */
  readonly requests: {
    readonly path: string
    readonly authorization: string | undefined
    readonly cookie: string | undefined
  }[] = []
  readonly #server: Server
  connections = 0

  private constructor(answers: Readonly<Record<string, StandInAnswer>>) {
    this.answers = { ...answers }
    this.#server = createServer((request, response) => this.#answer(request, response))
    this.#server.on('connection', () => this.connections++)
  }

  static async open(answers: Readonly<Record<string, StandInAnswer>>): Promise<StandInTomcat> {
    const standIn = new StandInTomcat(answers)
    standIn.#server.listen(0, '127.0.0.1')
    await once(standIn.#server, 'listening')
    return standIn
  }

  get url(): string {
    const address = this.#server.address()
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  }

  /** Closes the connections that stand. */
  hangUp(): void {
    this.#server.closeAllConnections()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? ''
    const { authorization, cookie } = request.headers
    this.requests.push({ path, authorization, cookie })
    const answer = this.answers[path]
    if (typeof answer === 'function') return answer(response)
    const {
      status = 200,
      headers = {},
      body = '',
    } = typeof answer === 'string' ? { body: answer } : (answer ?? { status: 404 })
    response.writeHead(status, headers).end(body)
  }
}
