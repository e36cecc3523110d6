import { once } from 'node:events'
import { mkdtemp, stat, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { callControlSocket, listenControlSocket } from './control-socket.ts'

const freshPath = async () =>
  join(await mkdtemp(join(tmpdir(), 'wardround-control-')), 'control.sock')

test('a command is answered by its result, a failing one by its message, an unknown one by the list', async () => {
  const path = await freshPath()
  await using _server = await listenControlSocket(path, {
    echo: (argument) => Promise.resolve({ argument }),
    fail: () => Promise.reject(new Error('the disk is full')),
  })
  expect(await callControlSocket(path, 'echo', 'x')).toEqual({ argument: 'x' })
  await expect(callControlSocket(path, 'fail')).rejects.toThrow('the disk is full')
  await expect(callControlSocket(path, 'toString')).rejects.toThrow(
    'unknown command "toString"; expected one of echo, fail',
  )
  expect((await stat(path)).mode & 0o777).toBe(0o660)
})

test('garbage on the socket is answered and harms nobody', async () => {
  const path = await freshPath()
  await using _server = await listenControlSocket(path, {
    echo: (argument) => Promise.resolve(argument),
  })
  const reply = await new Promise<string>((resolve) => {
    const socket = connect(path, () => socket.write('not json\n'))
    socket.once('data', (data) => resolve(data.toString()))
  })
  expect(JSON.parse(reply)).toHaveProperty('error')
  expect(await callControlSocket(path, 'echo', 1)).toBe(1)
})

test('a socket file that a dead process left is replaced', async () => {
  const path = await freshPath()
  await writeFile(path, '')
  await using _server = await listenControlSocket(path, { echo: () => Promise.resolve(2) })
  expect(await callControlSocket(path, 'echo')).toBe(2)
})

test('closing waits for what was asked, and for nobody who asks nothing or does not hang up', async () => {
  const path = await freshPath()
  let release = (_value: string) => {}
  let isAsked = false
  const server = await listenControlSocket(path, {
    slow: () => {
      isAsked = true
      return new Promise((resolve) => (release = resolve))
    },
    echo: (argument) => Promise.resolve(argument),
  })
  const silent = connect({ path, allowHalfOpen: true })
  const lingering = connect({ path, allowHalfOpen: true })
  const heard: string[] = []
  lingering.on('data', (data) => heard.push(data.toString()))
  for (const socket of [silent, lingering]) socket.on('error', () => undefined)
  lingering.write('{"command": "echo", "argument": 1}\n')
  await expect.poll(() => heard, { timeout: 30_000 }).toHaveLength(1)
  const asked = callControlSocket(path, 'slow')
  await expect.poll(() => isAsked, { timeout: 30_000 }).toBe(true)
  let isClosed = false
  const closed = server[Symbol.asyncDispose]().then(() => (isClosed = true))
  expect(isClosed).toBe(false)
  release('done')
  expect(await asked).toBe('done')
  await closed
  silent.destroy()
  lingering.destroy()
}, 20_000)

test('no more than 64 callers are heard at a time, and one that leaves makes room', async () => {
  const path = await freshPath()
  await using _server = await listenControlSocket(path, {
    echo: (argument) => Promise.resolve(argument),
  })
  const callers = await Promise.all(
    Array.from({ length: 64 }, async () => {
      const socket = connect(path).on('error', () => undefined)
      await once(socket, 'connect')
      return socket
    }),
  )
  await expect(callControlSocket(path, 'echo', 1)).rejects.toThrow()
  callers[0]?.destroy()
  const ask = () => callControlSocket(path, 'echo', 1).catch(() => undefined)
  await expect.poll(ask, { timeout: 30_000 }).toBe(1)
  for (const socket of callers) socket.destroy()
}, 60_000)

test('a caller that hangs up without reading its answer harms nobody', async () => {
  const path = await freshPath()
  await using _server = await listenControlSocket(path, {
    echo: (argument) => Promise.resolve(argument),
  })
  const socket = connect(path).pause()
  await once(socket, 'connect')
  socket.write('{"command": "echo", "argument": 1}\n')
  // behind it in the same loop: by then the first answer lies there unread, and hanging up resets the line
  expect(await callControlSocket(path, 'echo', 2)).toBe(2)
  socket.destroy()
  expect(await callControlSocket(path, 'echo', 3)).toBe(3)
})
