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
