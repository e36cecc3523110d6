import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { StandInTomcat } from '../../testing/stand-in-tomcat.ts'
import { HttpLine, type HttpQuestion } from './http-line.ts'
import { LineError } from './line-error.ts'

const QUESTION: HttpQuestion = { path: '/', headers: {}, timeoutMs: 20_000 }

function openLine(url: string, connectTimeoutMs = 20_000): HttpLine & Disposable {
  const line = new HttpLine({
    url: new URL(url),
    connectTimeoutMs,
    ca: undefined,
    serverName: undefined,
  })
  return Object.assign(line, { [Symbol.dispose]: () => line.close() })
}

/** Stands in for a server that does with a connection what the test wants. */
async function openFake(
  onConnection: (socket: Socket) => void,
): Promise<AsyncDisposable & { readonly url: string; readonly server: Server }> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    onConnection(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    server,
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

async function failureOf(
  url: string,
  question: Partial<HttpQuestion> = {},
  connectTimeoutMs?: number,
): Promise<LineError> {
  using line = openLine(url, connectTimeoutMs)
  const error: unknown = await line
    .get({ ...QUESTION, ...question })
    .catch((reason: unknown) => reason)
  if (error instanceof LineError) return error
  throw new Error(`no LineError: ${String(error)}`)
}

test('one connection serves all requests, one at a time', async () => {
  await using standIn = await StandInTomcat.open({ '/': 'up' })
  using line = openLine(standIn.url)
  const answers = await Promise.all([line.get(QUESTION), line.get(QUESTION), line.get(QUESTION)])
  expect(answers.map(({ status, body }) => ({ status, body }))).toEqual(
    Array.from({ length: 3 }, () => ({ status: 200, body: 'up' })),
  )
  expect(standIn.connections).toBe(1)
  expect([line.opened, line.bytesRead]).toEqual([1, 6])
})

test('a kept connection that the server closes under the request is replaced, once', async () => {
  let asked = 0
  await using fake = await openFake((socket) => {
    socket.on('data', () => {
      asked++
      // the second request meets a server that is just closing
      if (asked === 2) socket.destroy()
      else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nup')
    })
  })
  using line = openLine(fake.url)
  expect((await line.get(QUESTION)).body).toBe('up')
  expect((await line.get(QUESTION)).body).toBe('up')
  expect(asked).toBe(3)
})

test('nobody listens', async () => {
  const fake = await openFake(() => undefined)
  await fake[Symbol.asyncDispose]()
  expect(await failureOf(fake.url)).toMatchObject({ failure: 'unreachable', connected: false })
})

test('the host has no address', async () => {
  const { failure, connected } = await failureOf('http://no-such-host.invalid:8080')
  // a name server that does not answer in time does not say so
  expect(failure).toBeOneOf(['unknown_host', 'timeout'])
  expect(connected).toBe(false)
})

test('the server closes at once', async () => {
  await using fake = await openFake((socket) => socket.destroy())
  expect(await failureOf(fake.url)).toMatchObject({ failure: 'unreachable', connected: true })
})

test('the server is silent', async () => {
  await using fake = await openFake(() => undefined)
  expect(await failureOf(fake.url, { timeoutMs: 100 })).toMatchObject({
    failure: 'timeout',
    connected: true,
    message: 'no answer within 100 ms',
    said: { zh: '100 毫秒内没有应答' },
  })
})

test('the server stops in the middle of its answer', async () => {
  await using fake = await openFake((socket) =>
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'),
  )
  expect(await failureOf(fake.url, { timeoutMs: 100 })).toMatchObject({
    failure: 'timeout',
    connected: true,
  })
})

test('the server hangs up in the middle of its answer', async () => {
  await using fake = await openFake((socket) => {
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf')
  })
  expect(await failureOf(fake.url)).toMatchObject({ failure: 'unreachable', connected: true })
})

test('the server speaks something else', async () => {
  await using fake = await openFake((socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'))
  expect(await failureOf(fake.url)).toMatchObject({ failure: 'garbage', connected: true })
})

test('the server sends head after head', async () => {
  await using fake = await openFake((socket) =>
    socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n`),
  )
  expect(await failureOf(fake.url)).toMatchObject({ failure: 'garbage' })
})

test('TLS to a port without TLS', async () => {
  await using standIn = await StandInTomcat.open({ '/': 'up' })
  expect(await failureOf(standIn.url.replace('http:', 'https:'))).toMatchObject({
    failure: 'tls',
    connected: true,
  })
})

test('an answer longer than 4 MB is cut off', async () => {
  await using standIn = await StandInTomcat.open({ '/': 'x'.repeat(5 * 1024 * 1024) })
  expect(await failureOf(standIn.url)).toMatchObject({
    failure: 'garbage',
    message: 'the answer is longer than 4194304 bytes',
  })
})

test('of a page only the beginning is kept, and the rest not waited for', async () => {
  await using standIn = await StandInTomcat.open({ '/': 'x'.repeat(5 * 1024 * 1024) })
  using line = openLine(standIn.url)
  const answer = await line.get({ ...QUESTION, keepBytes: 1024 })
  expect(answer.status).toBe(200)
  expect(answer.body.length).toBeLessThanOrEqual(1024)
  expect((await line.get({ ...QUESTION, path: '/none' })).status).toBe(404)
})

test('a redirect is an answer, and not followed', async () => {
  await using standIn = await StandInTomcat.open({
    '/': { status: 302, headers: { location: '/login?next=/' } },
  })
  using line = openLine(standIn.url)
  expect((await line.get(QUESTION)).status).toBe(302)
  expect(standIn.requests.length).toBe(1)
})

test('is cut when the run is over, and usable after that', async () => {
  await using standIn = await StandInTomcat.open({ '/silent': () => undefined, '/': 'up' })
  using line = openLine(standIn.url)
  const abort = new AbortController()
  const asking = line.get({ ...QUESTION, path: '/silent', signal: abort.signal })
  const cut = expect(asking).rejects.toThrow('the run is over')
  await expect.poll(() => standIn.requests.length).toBe(1)
  abort.abort()
  await cut
  await expect(line.get({ ...QUESTION, signal: abort.signal })).rejects.toThrow('the run is over')
  expect((await line.get(QUESTION)).body).toBe('up')
})

test('asks for no compression', async () => {
  let head = ''
  await using fake = await openFake((socket) => {
    socket.on('data', (chunk: Buffer) => {
      head = chunk.toString('latin1')
      socket.end('HTTP/1.1 204 No Content\r\n\r\n')
    })
  })
  using line = openLine(fake.url)
  await line.get(QUESTION)
  expect(head.toLowerCase()).toContain('accept-encoding: identity')
  expect(head.toLowerCase()).not.toContain('authorization')
})
