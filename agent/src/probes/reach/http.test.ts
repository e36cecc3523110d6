import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import {
  createServer as createTcpServer,
  type AddressInfo,
  type Server as TcpServer,
} from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { reachSource } from '../../sources/reach.ts'
import {
  CertificateWorkshop,
  NO_OPENSSL,
  type MadeCertificate,
} from '../../testing/certificate-workshop.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { makeSourceContext } from '../../testing/source-context.ts'
import http from './http.ts'

const servers: (Server | TcpServer)[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close()
    if ('closeAllConnections' in server) server.closeAllConnections()
  }
})

async function listen(server: Server | TcpServer): Promise<number> {
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

const serve = async (listener: RequestListener) =>
  `http://127.0.0.1:${await listen(createServer(listener))}`

const open = async (...entries: readonly object[]) =>
  reachSource.open(
    await makeSourceContext({
      options: { http: entries.map((entry) => ({ timeout: '30s', ...entry })) },
      environment: { TOKEN: 'Bearer s3cret' },
    }),
  )

async function look(entry: object) {
  await using opened = await open(entry)
  const { samples, remarks } = await sampleOnce(http, opened.session, { timeMs: Date.now() })
  return { ...samples[0], remarks }
}

describeProbe(http, {
  open: async () => open({ url: await serve((_, response) => response.end('ok')) }),
})

test('gives status, size and times, without the query', async () => {
  const url = await serve(({ url: asked }, response) => response.end(asked))
  const { tags, fields } = await look({
    url: `${url}/login?token=1`,
    match: 'token=1',
    name: '登录',
  })
  expect(tags).toEqual({
    server: `${url}/login`,
    method: 'GET',
    result: 'success',
    status_code: '200',
    name: '登录',
  })
  expect(fields).toMatchObject({
    result_code: 0,
    http_response_code: 200,
    response_string_match: 1,
    content_length: 14,
    tls_verified: undefined,
  })
  expect(fields?.['response_time']).toBeGreaterThan(0)
  expect(fields?.['first_byte_ms']).toBeGreaterThan(0)
})

describe('judges', () => {
  test.each<{ note: string; entry: object; answer: RequestListener; fields: object }>([
    {
      note: 'a status that is not good',
      entry: {},
      answer: (_, response) => response.writeHead(503).end(),
      fields: { result_code: 6, http_response_code: 503 },
    },
    {
      note: 'a status that is expected',
      entry: { expectStatus: [401] },
      answer: (_, response) => response.writeHead(401).end(),
      fields: { result_code: 0, http_response_code: 401 },
    },
    {
      note: 'a body that lacks the text',
      entry: { match: '欢迎' },
      answer: (_, response) => response.end('系统维护中'),
      fields: { result_code: 1, response_string_match: 0 },
    },
    {
      note: 'a pattern',
      entry: { matchPattern: '"status":\\s*"UP"' },
      answer: (_, response) => response.end('{"status": "UP"}'),
      fields: { result_code: 0, response_string_match: 1 },
    },
    {
      note: 'a page in GBK',
      entry: { match: '登录' },
      answer: (_, response) =>
        response
          .writeHead(200, { 'content-type': 'text/html; charset=gbk' })
          .end(Buffer.from([0xb5, 0xc7, 0xc2, 0xbc])),
      fields: { result_code: 0, response_string_match: 1 },
    },
    {
      note: 'HEAD',
      entry: { method: 'HEAD' },
      answer: ({ method }, response) => response.writeHead(method === 'HEAD' ? 204 : 500).end(),
      fields: { result_code: 0, http_response_code: 204 },
    },
    {
      note: 'a body without end: its first MiB',
      entry: { match: 'x' },
      answer: (_, response) => {
        const more = () => {
          while (response.write('x'.repeat(65_536)));
          response.once('drain', more)
        }
        more()
      },
      fields: { result_code: 0 },
    },
    {
      note: 'an answer that never comes',
      entry: { timeout: '300ms' },
      answer: () => undefined,
      fields: { result_code: 4, http_response_code: undefined },
    },
    {
      note: 'a connection that ends in the middle',
      entry: {},
      answer: (_, response) => {
        response.writeHead(200, { 'content-length': '1000' })
        response.write('part', () => response.socket?.destroy())
      },
      fields: { result_code: 2 },
    },
  ])('$note', async ({ entry, answer, fields }) => {
    const sample = await look({ url: await serve(answer), ...entry })
    expect(sample.fields).toMatchObject(fields)
  })

  test('what is no HTTP', async () => {
    const port = await listen(createTcpServer((socket) => socket.end('220 ftp\r\n')))
    expect((await look({ url: `http://127.0.0.1:${port}` })).fields).toMatchObject({
      result_code: 2,
    })
  })

  test('a name that is not known', async () => {
    const { fields } = await look({ url: 'http://no-such-host.invalid/' })
    expect([5, 3]).toContain(fields?.['result_code'])
  })
})

describe('redirects', () => {
  test('are an answer like any other, unless they are to be followed', async () => {
    const url = await serve(({ url: asked }, response) => {
      if (asked === '/there') response.end('here')
      else response.writeHead(302, { location: '/there' }).end()
    })
    expect((await look({ url })).fields).toMatchObject({ http_response_code: 302, result_code: 0 })
    const followed = await look({ url, followRedirects: true, match: 'here' })
    expect(followed.fields).toMatchObject({ http_response_code: 200, response_string_match: 1 })
  })

  test('in a circle end', async () => {
    const url = await serve((_, response) => response.writeHead(302, { location: '/' }).end())
    expect((await look({ url, followRedirects: true })).fields).toMatchObject({
      http_response_code: 302,
    })
  })

  test('take no secret to another place', async () => {
    const heard: (string | undefined)[] = []
    const elsewhere = await serve(({ headers }, response) => {
      heard.push(headers.authorization)
      response.end()
    })
    const url = await serve(({ headers }, response) => {
      heard.push(headers.authorization)
      response.writeHead(302, { location: elsewhere }).end()
    })
    const headers = [{ name: 'Authorization', secret: { env: 'TOKEN' } }]
    await look({ url, followRedirects: true, headers })
    expect(heard).toEqual(['Bearer s3cret', undefined])
  })
})

test.each([
  ['NOT_SET', { headers: [{ name: 'X-Key', secret: { env: 'NOT_SET' } }] }],
  ['no RE2 expression', { matchPattern: '(?=x)' }],
  ['caFile', { caFile: '/no/such/file' }],
])('a check that can’t be made for %s fails the run after the others', async (said, entry) => {
  const asked: string[] = []
  const url = (
    await serve((request, response) => void (asked.push(request.url ?? ''), response.end()))
  ).replace('http:', 'caFile' in entry ? 'https:' : 'http:')
  const good = await serve((_, response) => void (asked.push('good'), response.end()))
  await using opened = await open({ url, ...entry }, { url: good })
  await expect(sampleOnce(http, opened.session)).rejects.toThrow(said)
  expect(asked).toEqual(['good'])
})

describe.skipIf(NO_OPENSSL !== undefined)('https', () => {
  let shop: CertificateWorkshop
  let root: MadeCertificate
  let leaf: MadeCertificate
  beforeAll(async () => {
    shop = await CertificateWorkshop.open()
    root = await shop.make({ name: 'root', isAuthority: true })
    leaf = await shop.make({ name: 'leaf', issuer: root, san: 'IP:127.0.0.1' })
  })
  afterAll(() => shop?.[Symbol.asyncDispose]())

  async function serveTls(made: MadeCertificate, heard: string[] = []): Promise<string> {
    const server = createHttpsServer(
      { cert: made.pem, key: await readFile(made.key) },
      (request, response) => {
        heard.push(request.url ?? '')
        response.end('ok')
      },
    )
    return `https://127.0.0.1:${await listen(server)}`
  }

  test('with a certificate of a trusted authority', async () => {
    const { fields } = await look({ url: await serveTls(leaf), caFile: root.certificate })
    expect(fields).toMatchObject({ result_code: 0, tls_verified: 1, http_response_code: 200 })
    expect(fields?.['certificate_days_left']).toBeCloseTo(90, 1)
    expect(fields?.['tls_ms']).toBeGreaterThan(0)
  })

  test('with one that is not trusted nothing is sent', async () => {
    const heard: string[] = []
    const { fields, tags, remarks } = await look({ url: await serveTls(leaf, heard) })
    expect(fields).toMatchObject({ result_code: 7, tls_verified: 0, http_response_code: undefined })
    expect(fields?.['certificate_days_left']).toBeCloseTo(90, 1)
    expect(tags).toMatchObject({ result: 'tls_failed' })
    expect(remarks).toHaveLength(1)
    expect(heard).toEqual([])
  })

  test('with one for another name', async () => {
    const other = await shop.make({ name: 'other', issuer: root, san: 'DNS:other.example' })
    const { fields } = await look({ url: await serveTls(other), caFile: root.certificate })
    expect(fields).toMatchObject({ result_code: 7, tls_verified: 0 })
    const named = {
      url: await serveTls(other),
      caFile: root.certificate,
      serverName: 'other.example',
    }
    expect((await look(named)).fields).toMatchObject({ result_code: 0, tls_verified: 1 })
  })

  test('a pinned certificate is trusted whoever signed it, and no other', async () => {
    const { X509Certificate } = await import('node:crypto')
    const pinSha256 = new X509Certificate(leaf.pem).fingerprint256
    expect((await look({ url: await serveTls(leaf), pinSha256 })).fields).toMatchObject({
      result_code: 0,
      tls_verified: 1,
    })
    const other = await shop.make({ name: 'pin-other', issuer: root, san: 'IP:127.0.0.1' })
    const refused = await look({ url: await serveTls(other), pinSha256, caFile: root.certificate })
    expect(refused.fields).toMatchObject({ result_code: 7, tls_verified: 0 })
  })

  test('a port that speaks no TLS', async () => {
    const url = (await serve((_, response) => response.end())).replace('http:', 'https:')
    expect((await look({ url })).fields).toMatchObject({ result_code: 7, tls_verified: undefined })
  })
})
