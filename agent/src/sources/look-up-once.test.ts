import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { lookUpOnce } from './look-up-once.ts'

const look = promisify(
  (name: string, all: boolean, done: (error: Error | null, found?: unknown) => void) =>
    lookUpOnce(name, { all }, (error, found) => done(error, found)),
)

test('gives one address, or all of them', async () => {
  expect(['127.0.0.1', '::1']).toContain(await look('localhost', false))
  expect(await look('localhost', true)).toContainEqual({
    address: expect.any(String),
    family: expect.any(Number),
  })
})

test('every asker is told what went wrong', async () => {
  const asked = [1, 2, 3].map(() => look('no-such-host.invalid', true))
  for (const result of await Promise.allSettled(asked)) {
    expect(result).toMatchObject({ status: 'rejected', reason: { syscall: 'getaddrinfo' } })
  }
})

test('serves net.connect', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const socket = connect({ host: 'localhost', port, lookup: lookUpOnce })
  await once(socket, 'connect')
  socket.destroy()
  server.close()
})
