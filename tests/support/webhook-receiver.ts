import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One notification as it arrived. */
export interface Delivery {
  readonly atMs: number
  readonly headers: IncomingMessage['headers']
  readonly body: WebhookBody
}

/** The parts of Alertmanager's webhook version 4 that tests look at. */
export interface WebhookBody {
  readonly version: string
  readonly status: 'firing' | 'resolved'
  /** Alerts of the notice that are not listed. */
  readonly truncatedAlerts: number
  readonly alerts: readonly {
    readonly status: 'firing' | 'resolved'
    readonly labels: Readonly<Record<string, string>>
    readonly annotations: Readonly<Record<string, string>>
    readonly startsAt: string
    readonly endsAt: string
    readonly fingerprint: string
  }[]
}

/** A real HTTP server that takes webhooks and answers as told. */
export interface WebhookReceiver extends AsyncDisposable {
  readonly url: string
  readonly deliveries: readonly Delivery[]
  /** Status of the answers from now on. */
  status: number
  /** Resolves with the first delivery, of those that came or are to come, that fits. Rejects after `withinMs`. */
  until(fits: (delivery: Delivery) => boolean, withinMs: number): Promise<Delivery>
}

export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const deliveries: Delivery[] = []
  const waiting = new Set<() => void>()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      response.writeHead(receiver.status).end()
      if (receiver.status >= 300) return
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a test expects of it, the test checks
      const body = JSON.parse(Buffer.concat(chunks).toString()) as WebhookBody
      deliveries.push({ atMs: Date.now(), headers: request.headers, body })
      for (const check of waiting) check()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a server that listens on TCP has an AddressInfo
  const { port } = server.address() as AddressInfo

  const receiver: WebhookReceiver = {
    url: `http://127.0.0.1:${port}/alerts`,
    deliveries,
    status: 200,
    until: (fits, withinMs) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(check)
          reject(new Error(`no such delivery within ${withinMs} ms; ${deliveries.length} came`))
        }, withinMs)
        const check = () => {
          const found = deliveries.find(fits)
          if (found === undefined) return
          clearTimeout(timer)
          waiting.delete(check)
          resolve(found)
        }
        waiting.add(check)
        check()
      }),
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
  return receiver
}
