import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DELIVERY_ID_HEADER } from '../channels/http-exchange.ts'

/** One request that the server got. */
export interface Hit {
  readonly atMs: number
  readonly deliveryId: string
  readonly headers: IncomingMessage['headers']
  readonly path: string
  readonly body: string
}

/** What the server does with a request; the default is 200. */
export type Behaviour = (hit: Hit, answer: ServerResponse) => void

/** A real HTTP server on port 0 that a test scripts. */
export interface WebhookServer extends AsyncDisposable {
  readonly url: string
  readonly hits: Hit[]
  behaviour: Behaviour
  /** Resolves when so many requests have come. */
  untilHits(count: number): Promise<readonly Hit[]>
}

export async function startWebhookServer(behaviour: Behaviour = ok): Promise<WebhookServer> {
  const hits: Hit[] = []
  const waiting = new Set<() => void>()
  const server: Server = createServer((request, answer) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const hit = {
        atMs: Date.now(),
        deliveryId: String(request.headers[DELIVERY_ID_HEADER.toLowerCase()]),
        headers: request.headers,
        path: request.url ?? '',
        body: Buffer.concat(chunks).toString('utf8'),
      }
      hits.push(hit)
      started.behaviour(hit, answer)
      for (const check of waiting) check()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server's address
  const { port } = server.address() as AddressInfo
  const started: WebhookServer = {
    url: `http://127.0.0.1:${port}/hook`,
    hits,
    behaviour,
    untilHits: (count) =>
      new Promise((resolve) => {
        const check = () => {
          if (hits.length < count) return
          waiting.delete(check)
          resolve(hits)
        }
        waiting.add(check)
        check()
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return started
}

export const ok: Behaviour = (_hit, answer) => void answer.end('ok')

export const status =
  (code: number, headers: Record<string, string> = {}): Behaviour =>
  (_hit, answer) =>
    void answer.writeHead(code, headers).end()

/** Takes the request and never answers. */
export const hang: Behaviour = () => undefined

/** Resets the connection. */
export const reset: Behaviour = (_hit, answer) => void answer.socket?.resetAndDestroy()
