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
  /** Connections that stand now. */
  open = 0

  private constructor(answers: Readonly<Record<string, StandInAnswer>>) {
    this.answers = { ...answers }
    this.#server = createServer((request, response) => this.#answer(request, response))
    this.#server.on('connection', (socket) => {
      this.connections++
      this.open++
      socket.once('close', () => this.open--)
    })
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

/** The manager's page of Tomcat 8.5, as far as it is read. */
export const LOGON_PAGE = `<tr>
 <td class="row-center"><small>Apache Tomcat/8.5.100</small></td>
 <td class="row-center"><small>1.8.0_402-b06</small></td>
 <td class="row-center"><small>Temurin</small></td>
 <td class="row-center"><small>Linux</small></td>
 <td class="row-center"><small>3.10.0</small></td>
 <td class="row-center"><small>amd64</small></td>
</tr>`

/** Its status in XML, shaped as documented. */
export const STATUS_XML = `<?xml version="1.0" encoding="utf-8"?>
<status><jvm><memory free='20000000' total='100000000' max='400000000'/><memorypool name='PS Old Gen' type='Heap memory' usageInit='1' usageCommitted='200' usageMax='1000' usageUsed='100'/><memorypool name='Metaspace' type='Non-heap memory' usageInit='0' usageCommitted='200' usageMax='-1' usageUsed='100'/></jvm><connector name='"http-nio-8080"'><threadInfo  maxThreads="200" currentThreadCount="60" currentThreadsBusy="50" /><requestInfo  maxTime="247" processingTime="28326" requestCount="4838" errorCount="24" bytesReceived="7" bytesSent="12174519" /><workers><worker  stage="R" requestProcessingTime="0" remoteAddr="&#63;" currentUri="&#63;" /></workers></connector></status>`
