import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { reachSource } from '../../sources/reach.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { makeSourceContext } from '../../testing/source-context.ts'
import tcp from './tcp.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function listen(talk: (socket: Socket) => void = () => undefined): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    talk(socket)
  }).listen(0, '127.0.0.1')
  closing.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

const open = async (entries: readonly object[], timeout = '30s') =>
  reachSource.open(await makeSourceContext({ options: { tcp: entries, timeout } }))

async function look(entry: object, timeout?: string) {
  await using opened = await open([entry], timeout)
  const { samples } = await sampleOnce(tcp, opened.session)
  return samples[0]
}

describeProbe(tcp, { open: async () => open([{ address: `127.0.0.1:${await listen()}` }]) })

test('a port that takes connections', async () => {
  const port = await listen()
  const sample = await look({ address: `127.0.0.1:${port}`, name: '前置机' })
  expect(sample?.tags).toEqual({
    server: '127.0.0.1',
    port: String(port),
    protocol: 'tcp',
    result: 'success',
    name: '前置机',
  })
  expect(sample?.fields).toMatchObject({ result_code: 0, string_found: undefined })
  expect(sample?.fields['response_time']).toBeGreaterThan(0)
})

test('an answer that comes in pieces', async () => {
  const port = await listen((socket) =>
    socket.once('data', () => void (socket.write('+PO'), socket.write('NG 正常'))),
  )
  const entry = { address: `127.0.0.1:${port}`, send: 'PING\r\n', expect: 'PONG 正常' }
  expect((await look(entry))?.fields).toMatchObject({ result_code: 0, string_found: 1 })
})

test.each<{ note: string; talk: (socket: Socket) => void; code: number; timeout?: string }>([
  { note: 'another answer', talk: (socket) => void socket.end('-ERR'), code: 4 },
  { note: 'no answer', talk: (socket) => void socket.end(), code: 3 },
  {
    note: 'an answer without end',
    talk: (socket) => void socket.write('x'.repeat(100_000)),
    code: 4,
  },
  { note: 'silence', talk: () => undefined, code: 1, timeout: '200ms' },
])('$note', async ({ talk, code, timeout }) => {
  const port = await listen(talk)
  const sample = await look({ address: `127.0.0.1:${port}`, expect: '+OK' }, timeout)
  expect(sample?.fields['result_code']).toBe(code)
})

test('nobody listens', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  const sample = await look({ address: `127.0.0.1:${port}` })
  expect(sample).toMatchObject({
    tags: { result: 'connection_failed' },
    fields: { result_code: 2, response_time: undefined },
  })
})
