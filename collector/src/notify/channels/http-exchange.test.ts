import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { aWebhook } from '../testing/a-channel.ts'
import { sendOnce } from '../testing/send-once.ts'
import { hang, reset, startWebhookServer, status } from '../testing/webhook-server.ts'

const OPENSSL = '/usr/bin/openssl'

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server's address
  return (server.address() as AddressInfo).port
}

/** A stand-in for a site's HTTP proxy: it takes CONNECT and leads every name to loopback. */
async function startProxy(answer = 200): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = []
  const proxy = createHttpServer()
  proxy.on('connect', (request, socket) => {
    asked.push(`${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim())
    socket.on('error', () => undefined)
    if (answer !== 200) return void socket.end(`HTTP/1.1 ${answer} No\r\n\r\n`)
    const target = connect(Number(request.url?.split(':')[1]), '127.0.0.1')
    target.on('error', () => socket.destroy())
    socket.write('HTTP/1.1 200 OK\r\n\r\n')
    target.pipe(socket).pipe(target)
  })
  return { port: await listen(proxy), asked }
}

/** An HTTPS server for hook.example with a certificate of its own. */
async function startSecure(): Promise<{ port: number; ca: string; hits: string[] }> {
  const directory = await mkdtemp(join(tmpdir(), 'wardround-tls-'))
  const [key, ca] = [join(directory, 'key.pem'), join(directory, 'ca.pem')]
  const request =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=hook.example -addext subjectAltName=DNS:hook.example,IP:127.0.0.1'
  execFileSync(OPENSSL, [...request.split(' '), '-keyout', key, '-out', ca], { stdio: 'ignore' })
  const hits: string[] = []
  const options = { key: await readFile(key), cert: await readFile(ca) }
  const server = createHttpsServer(options, (incoming, answer) => {
    hits.push(`${incoming.method} ${incoming.headers.host}${incoming.url}`)
    incoming.resume().on('end', () => answer.end())
  })
  return { port: await listen(server), ca, hits }
}

const TAKEN = { kind: 'answered', status: 200 }

describe('through a proxy', () => {
  test('the proxy finds the host, and is told who asks', async () => {
    await using server = await startWebhookServer()
    const proxy = await startProxy()
    const { port } = new URL(server.url)
    const channel = await aWebhook(
      `http://hook.example:${port}/hook`,
      { proxy: { env: 'PROXY' } },
      { PROXY: `http://user:p%40ss@127.0.0.1:${proxy.port}` },
    )
    expect(await sendOnce(channel)).toMatchObject(TAKEN)
    const credentials = Buffer.from('user:p@ss').toString('base64')
    expect(proxy.asked).toEqual([`hook.example:${port} Basic ${credentials}`])
  })

  test('TLS is with the host behind it', async ({ skip }) => {
    skip(!existsSync(OPENSSL), 'not installed: openssl')
    const secure = await startSecure()
    const proxy = await startProxy()
    const settings = { proxy: `http://127.0.0.1:${proxy.port}`, ca: secure.ca }
    const url = `https://hook.example:${secure.port}/hook`
    expect(await sendOnce(await aWebhook(url, settings))).toMatchObject(TAKEN)
    expect(secure.hits).toEqual([`POST hook.example:${secure.port}/hook`])
    const { ca: _, ...withoutCa } = settings
    expect(await sendOnce(await aWebhook(url, withoutCa))).toMatchObject({ reason: 'network' })
    expect(secure.hits).toHaveLength(1)
  })

  test('a proxy that refuses is a failure of the network', async () => {
    const proxy = await startProxy(407)
    const channel = await aWebhook('http://hook.example/', {
      proxy: `http://127.0.0.1:${proxy.port}`,
    })
    expect(await sendOnce(channel)).toEqual({
      kind: 'failed',
      reason: 'network',
      detail: 'PROXY_407',
    })
  })

  test('a proxy that never answers is given up in time', async () => {
    const silent = createServer(() => undefined)
    const proxy = `http://127.0.0.1:${await listen(silent)}`
    const channel = await aWebhook('https://hook.example/', { proxy, timeout: '200ms' })
    expect(await sendOnce(channel)).toMatchObject({ reason: 'timeout' })
  })
})

test('an authority of the site is trusted where its file is named, and nobody else', async ({
  skip,
}) => {
  skip(!existsSync(OPENSSL), 'not installed: openssl')
  const { port, ca } = await startSecure()
  const url = `https://127.0.0.1:${port}/`
  expect(await sendOnce(await aWebhook(url, { ca }))).toMatchObject(TAKEN)
  expect(await sendOnce(await aWebhook(url))).toMatchObject({
    kind: 'failed',
    detail: 'DEPTH_ZERO_SELF_SIGNED_CERT',
  })
})

test('a file that holds no certificate is refused by its name', async () => {
  await expect(aWebhook('https://h.example/', { ca: '/nonexistent/ca.pem' })).rejects.toThrow(
    "/nonexistent/ca.pem can't be read (ENOENT)",
  )
  await expect(aWebhook('https://h.example/', { ca: '/etc/hostname' })).rejects.toThrow(
    'no PEM certificate',
  )
})

test('a redirect is not followed', async () => {
  await using other = await startWebhookServer()
  await using server = await startWebhookServer(status(302, { location: other.url }))
  expect(await sendOnce(await aWebhook(server.url))).toMatchObject({ status: 302 })
  expect(other.hits).toEqual([])
})

test('where the status decides, a body that never ends is not waited for', async () => {
  await using server = await startWebhookServer((_hit, answer) => {
    answer.writeHead(200).write('x')
  })
  expect(await sendOnce(await aWebhook(server.url))).toMatchObject(TAKEN)
})

test.each([
  [
    'no answer',
    hang,
    {
      kind: 'failed',
      reason: 'timeout',
      detail: { zh: '200 毫秒内无应答', en: 'no answer in 200 ms' },
    },
  ],
  ['a reset', reset, { kind: 'failed', reason: 'network', detail: 'ECONNRESET' }],
] as const)('%s is a failure', async (_note, behaviour, outcome) => {
  await using server = await startWebhookServer(behaviour)
  expect(await sendOnce(await aWebhook(server.url, { timeout: '200ms' }))).toEqual(outcome)
})

test('test-notify sees the whole exchange', async () => {
  await using server = await startWebhookServer((_hit, answer) => {
    answer.writeHead(418, { 'x-tea': 'yes' }).end('short and stout')
  })
  const seen: string[] = []
  const onExchange = ({ request, answer }: { request: string; answer: string }) =>
    void seen.push(request, answer)
  await sendOnce(await aWebhook(server.url), undefined, { onExchange })
  expect(seen[0]).toMatch(/^POST http:\/\/127\.0\.0\.1:\d+\/hook\nContent-Type: .*\n\n\{/)
  expect(seen[1]).toMatch(/^HTTP 418\nx-tea: yes\n[^]*short and stout$/)
})
