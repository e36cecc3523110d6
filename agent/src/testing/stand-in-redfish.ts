import { once } from 'node:events'
import { createServer, type Server } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { makeOwnCertificate, type OwnCertificate } from './own-certificate.ts'

/** What the stand-in answers to a GET: a resource as JSON, its text, a status, or by itself. */
export type RedfishStandInAnswer =
  | { readonly [name: string]: unknown }
  | string
  | number
  | ((response: ServerResponse, path: string) => void)

const SESSIONS = '/redfish/v1/SessionService/Sessions'

/**
 * Stands in for a BMC: an HTTPS server with a certificate of its own that keeps sessions as Redfish has them, gives the resources of the test, and
 * records each method and path. What it does not know is 404.
 */
export class StandInRedfish implements AsyncDisposable {
  static #certificate: OwnCertificate | undefined
  readonly resources: Map<string, RedfishStandInAnswer>
  /** Answers what `resources` does not hold. */
  others: (path: string) => RedfishStandInAnswer | undefined = () => undefined
  /** `GET /redfish/v1/`, in the order in which they came. */
  readonly requests: string[] = []
  /** Tokens of the sessions that are open now. */
  readonly sessions = new Set<string>()
  /** The most that were ever open at once. */
  mostSessions = 0
  /** Body of each logon. */
  readonly logons: string[] = []
  password = 'right'
  /** How a logon is answered instead. */
  onLogon: ((response: ServerResponse) => void) | undefined
  /** Requests under way, and the most at once. */
  underWay = 0
  mostUnderWay = 0
  readonly certificate: OwnCertificate
  readonly #server: Server
  #issued = 0

  private constructor(resources: Readonly<Record<string, RedfishStandInAnswer>>) {
    this.resources = new Map(Object.entries(resources))
    StandInRedfish.#certificate ??= makeOwnCertificate()
    this.certificate = StandInRedfish.#certificate
    this.#server = createServer(this.certificate, (request, response) => {
      this.mostUnderWay = Math.max(this.mostUnderWay, ++this.underWay)
      response.once('close', () => this.underWay--)
      this.#answer(request, response)
    })
  }

  /** @param resources by path; the service root is added where it is not given */
  static async open(
    resources: Readonly<Record<string, RedfishStandInAnswer>> = {},
  ): Promise<StandInRedfish> {
    const standIn = new StandInRedfish({ '/redfish/v1': SERVICE_ROOT, ...resources })
    standIn.#server.listen(0, '127.0.0.1')
    await once(standIn.#server, 'listening')
    return standIn
  }

  get url(): string {
    const address = this.#server.address()
    return `https://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  }

  /** Methods that were ever used. */
  get methods(): readonly string[] {
    return [...new Set(this.requests.map((request) => request.split(' ', 1)[0] ?? ''))].sort()
  }

  /** Ends all sessions, as a restart does. */
  forgetSessions(): void {
    this.sessions.clear()
  }

  hangUp(): void {
    this.#server.closeAllConnections()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '' } = request
    this.requests.push(`${method} ${url}`)
    if (method === 'POST' && url === SESSIONS) return this.#logOn(request, response)
    const path = url.replace(/\/$/, '')
    if (method === 'GET' && path === '/redfish/v1') return this.#give(path, response)
    const token = request.headers['x-auth-token']
    if (typeof token !== 'string' || !this.sessions.has(token))
      return void response.writeHead(401).end()
    if (method === 'DELETE' && path === `${SESSIONS}/${token}`) {
      this.sessions.delete(token)
      return void response.writeHead(204).end()
    }
    if (method !== 'GET') return void response.writeHead(405).end()
    this.#give(path, response)
  }

  #logOn(request: IncomingMessage, response: ServerResponse): void {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => (body += text))
    request.once('end', () => {
      this.logons.push(body)
      if (this.onLogon !== undefined) return this.onLogon(response)
      const { Password: password }: { Password?: unknown } = Object(JSON.parse(body))
      if (password !== this.password) return void response.writeHead(401).end()
      const token = `t${++this.#issued}`
      this.sessions.add(token)
      this.mostSessions = Math.max(this.mostSessions, this.sessions.size)
      const location = `https://bmc.internal${SESSIONS}/${token}`
      response.writeHead(201, { 'x-auth-token': token, location }).end('{}')
    })
  }

  #give(path: string, response: ServerResponse): void {
    const answer = this.resources.get(path) ?? this.others(path)
    if (typeof answer === 'function') return answer(response, path)
    if (answer === undefined) return void response.writeHead(404).end()
    if (typeof answer === 'number') return void response.writeHead(answer).end()
    const text =
      typeof answer === 'string' ? answer : JSON.stringify({ '@odata.id': path, ...answer })
    response.writeHead(200, { 'content-type': 'application/json' }).end(text)
  }
}

const SERVICE_ROOT = {
  RedfishVersion: '1.15.0',
  Vendor: 'Contoso',
  Systems: { '@odata.id': '/redfish/v1/Systems' },
  Chassis: { '@odata.id': '/redfish/v1/Chassis' },
  Managers: { '@odata.id': '/redfish/v1/Managers' },
  Links: { Sessions: { '@odata.id': SESSIONS } },
}

/** A collection with links alone. */
export function collectionOf(...paths: readonly string[]): RedfishStandInAnswer {
  return { Members: paths.map((path) => ({ '@odata.id': path })) }
}

export const HEALTHY = { State: 'Enabled', Health: 'OK' }
