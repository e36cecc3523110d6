import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openLog } from './log.ts'
import { findServiceManager } from './service-manager.ts'
import { openNotifySocket } from './testing/notify-socket.ts'

const log = openLog({ name: 'test', level: 'silent' })
const hasSystemd = existsSync('/usr/bin/systemd-notify') && existsSync('/usr/bin/perl')

describe.skipIf(!hasSystemd)('to the real systemd-notify', () => {
  test('ready, alive and stopping arrive in this order', async () => {
    await using socket = await openNotifySocket()
    const manager = await findServiceManager({
      environment: { PATH: '/usr/bin', NOTIFY_SOCKET: socket.path, WATCHDOG_USEC: '30000' },
      log,
      feedAtMostEveryMs: 1,
    })
    await manager.ready()
    using _ = manager.watch(() => Promise.resolve(undefined))
    await socket.until('WATCHDOG=1')
    await manager.stopping()
    await socket.until('STOPPING=1')
    expect(socket.messages[0]).toBe('READY=1')
  })

  test('a fault is a sign of life withheld', async () => {
    await using socket = await openNotifySocket()
    const manager = await findServiceManager({
      environment: { PATH: '/usr/bin', NOTIFY_SOCKET: socket.path, WATCHDOG_USEC: '3000' },
      log,
      feedAtMostEveryMs: 1,
    })
    let asked = 0
    const { promise, resolve } = Promise.withResolvers<void>()
    using _ = manager.watch(() => {
      if (++asked === 3) resolve()
      return asked === 2 ? Promise.reject(new Error('broken')) : Promise.resolve('stuck')
    })
    await promise
    await manager.ready()
    await socket.until('READY=1')
    expect(socket.messages).not.toContain('WATCHDOG=1')
  })
})

test('without a socket nothing is sent and nobody is asked', async () => {
  const manager = await findServiceManager({
    environment: { WATCHDOG_USEC: '3000' },
    log,
    program: '/nonexistent',
    feedAtMostEveryMs: 1,
  })
  await manager.ready()
  let asked = false
  using _ = manager.watch(() => {
    asked = true
    return Promise.resolve(undefined)
  })
  await new Promise((resolve) => setTimeout(resolve, 20))
  await manager.stopping()
  expect(asked).toBe(false)
})

test('without the program the service works all the same', async () => {
  const manager = await findServiceManager({
    environment: { NOTIFY_SOCKET: '/run/nobody', WATCHDOG_USEC: '3000' },
    log,
    program: '/nonexistent',
  })
  await expect(manager.ready()).resolves.toBeUndefined()
})

test('a systemd that may lose READY hears it again, until the service stops', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'wardround-notify-'))
  const told = join(directory, 'told')
  // A stand-in for systemd-notify of RHEL 7: it writes down what it is given.
  const program = join(directory, 'systemd-notify')
  const script = `#!/bin/sh\n[ "$1" = --version ] && echo 'systemd 219' || echo "$1" >> ${told}\n`
  await writeFile(program, script)
  await chmod(program, 0o755)
  const manager = await findServiceManager({
    environment: { PATH: '/usr/bin:/bin', NOTIFY_SOCKET: '/run/nobody' },
    log,
    program,
  })
  await manager.ready()
  await expect.poll(() => readFile(told, 'utf8'), { timeout: 20_000 }).toBe('READY=1\nREADY=1\n')
  await manager.stopping()
  expect(await readFile(told, 'utf8')).toBe('READY=1\nREADY=1\nSTOPPING=1\n')
  await rm(directory, { recursive: true })
})
