import type { LiveEvent } from '@wardround/protocol'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { fastify } from 'fastify'
import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { type LiveClient, LiveStream } from '../../live/live-stream.ts'
import { addLiveRoute } from './live.ts'

const HOSTS = 5_000

function hostEvent(host: string): LiveEvent {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the stream passes rows on as they are
  return { type: 'host', host: { host, note: 'x'.repeat(1_000) } } as unknown as LiveEvent
}

/** Tells of the first page that joined, also when it is let go at once. */
class WatchedStream extends LiveStream {
  readonly joined = Promise.withResolvers<void>()
  override join(client: LiveClient): void {
    super.join(client)
    this.joined.resolve()
  }
}

/** The route over a stream of 5,000 hosts, and what changes as `change` says. */
async function serve(change: () => LiveEvent[]) {
  const snapshot = Array.from({ length: HOSTS }, (_, n) => hostEvent(`host${n}`))
  const stream = new WatchedStream(
    {
      snapshot: () => snapshot,
      drainChanges: () => {
        const changes = change()
        return () => changes
      },
    },
    () => 'Asia/Shanghai',
    { everyMs: 10 },
  )
  const app = fastify({ forceCloseConnections: true }).withTypeProvider<TypeBoxTypeProvider>()
  addLiveRoute(app, { stream, language: () => 'en' })
  await app.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(async () => {
    stream[Symbol.dispose]()
    await app.close()
  })
  const address = app.server.address()
  return { stream, port: typeof address === 'object' && address !== null ? address.port : 0 }
}

test('a page gets the whole state of 5,000 hosts, and what changes after it', async () => {
  let asked = 0
  const { port } = await serve(() => (asked++ > 5 ? [hostEvent('later')] : []))
  const { body } = await fetch(`http://127.0.0.1:${port}/api/v1/live`)
  let text = ''
  for await (const part of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += part
    if (part.includes('"later"')) break
  }
  expect(text.match(/"host":"host\d+"/g)).toHaveLength(HOSTS)
  expect(text.indexOf('event: ready')).toBeLessThan(text.indexOf('"later"'))
})

test('a page that reads nothing is let go once a bound of changes is unread', async () => {
  const changes = Array.from({ length: 500 }, () => hostEvent('busy'))
  const { stream, port } = await serve(() => changes)
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.pause()
  await once(socket, 'connect')
  socket.write('GET /api/v1/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
  await stream.joined.promise
  await expect.poll(() => stream.clients).toBe(0)
})
