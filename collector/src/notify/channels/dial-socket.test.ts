import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { dialSocket } from './dial-socket.ts'

test('a connection that breaks before anybody speaks on it is no unhandled error', async () => {
  const server = createServer((socket) => void socket.once('data', () => socket.resetAndDestroy()))
  onTestFinished(() => void server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const socket = await dialSocket('127.0.0.1', port, new AbortController().signal)
  socket.write('x')
  await expect.poll(() => socket.errored).toMatchObject({ code: 'ECONNRESET' })
})
