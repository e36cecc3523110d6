import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'

import { HangingMount } from '../testing/hanging-mount.ts'
import { MountHelper } from './mount-helper.ts'

const never = new AbortController().signal

/** A clock that a test moves. */
class ManualClock {
  ms = 0
  readonly monotonicMs = (): number => this.ms
}

describe('MountHelper', () => {
  test('starts no process before the first question, and one for all', async () => {
    using helper = new MountHelper({ monotonicMs: () => 0, deadlineMs: 120_000 })
    expect(helper.pid).toBeUndefined()
    const first = await helper.ask('/', never)
    const pid = helper.pid
    expect(first).toMatchObject({ kind: 'answered', space: { totalBytes: expect.any(Number) } })
    const [second, missing] = await Promise.all([
      helper.ask(tmpdir(), never),
      helper.ask('/does/not/exist', never),
    ])
    expect(second.kind).toBe('answered')
    expect(missing).toEqual({ kind: 'gone' })
    expect(helper.pid).toBe(pid)
  })

  test('passes nothing of the agent’s environment on but the path', async ({ skip }) => {
    skip(process.platform !== 'linux', 'not on this machine: there is no /proc')
    process.env['WARDROUND_TEST_SECRET'] = 'secret'
    using helper = new MountHelper({ monotonicMs: () => 0, deadlineMs: 120_000 })
    await helper.ask('/', never)
    const environment = readFileSync(`/proc/${helper.pid}/environ`, 'utf8')
    delete process.env['WARDROUND_TEST_SECRET']
    expect(environment).toContain('UV_THREADPOOL_SIZE=64')
    expect(environment).not.toContain('secret')
  })

  test('a helper that is stopped hangs; the next question says so at once, without a second call', async ({
    skip,
  }) => {
    skip(process.platform === 'win32', 'not on this machine: Windows has no SIGSTOP')
    const clock = new ManualClock()
    using helper = new MountHelper({ monotonicMs: clock.monotonicMs, deadlineMs: 120_000 })
    await helper.ask('/', never)
    const pid = helper.pid
    if (pid === undefined) throw new Error('no helper')
    process.kill(pid, 'SIGSTOP')
    const abort = new AbortController()
    const asked = helper.ask('/', abort.signal)
    clock.ms = 1_500
    abort.abort()
    expect(await asked).toEqual({ kind: 'hanging', forMs: 1_500 })
    clock.ms = 11_500
    // Without a deadline of its own this would wait for the whole two minutes.
    expect(await helper.ask('/', never)).toEqual({ kind: 'hanging', forMs: 11_500 })
    process.kill(pid, 'SIGCONT')
    await expect.poll(async () => (await helper.ask('/', never)).kind).toBe('answered')
    expect(helper.pid).toBe(pid)
  })

  test('gives up on an answer at the deadline', async () => {
    const clock = new ManualClock()
    using helper = new MountHelper({ monotonicMs: clock.monotonicMs, deadlineMs: 1 })
    // Starting a process takes longer than a millisecond.
    expect((await helper.ask('/', never)).kind).toBe('hanging')
  })

  test('says that the helper ended, and starts another a minute later', async () => {
    const clock = new ManualClock()
    using helper = new MountHelper({ monotonicMs: clock.monotonicMs, deadlineMs: 120_000 })
    await helper.ask('/', never)
    const pid = helper.pid
    if (pid === undefined) throw new Error('no helper')
    process.kill(pid, 'SIGKILL')
    await expect.poll(() => helper.pid).toBeUndefined()
    expect(await helper.ask('/', never)).toEqual({ kind: 'failed', code: 'HELPER_ENDED' })
    clock.ms = 60_000
    expect((await helper.ask('/', never)).kind).toBe('answered')
    expect(helper.pid).not.toBe(pid)
  })

  test('is ended by its disposal, and is not started again', async () => {
    const helper = new MountHelper({ monotonicMs: () => 0, deadlineMs: 120_000 })
    await helper.ask('/', never)
    const pid = helper.pid
    if (pid === undefined) throw new Error('no helper')
    helper[Symbol.dispose]()
    await expect.poll(() => isRunning(pid)).toBe(false)
    expect(await helper.ask('/', never)).toEqual({ kind: 'failed', code: 'HELPER_ENDED' })
  })
})

describe('MountHelper on a file system that really hangs', () => {
  test('goes on with the others, calls once, and recovers when the call comes back', async ({
    skip,
  }) => {
    using mount = HangingMount.open(skip)
    using helper = new MountHelper({ monotonicMs: () => performance.now(), deadlineMs: 120_000 })
    const abort = new AbortController()
    const hung = helper.ask(mount.path, abort.signal)
    expect((await helper.ask('/', never)).kind).toBe('answered')
    await expect.poll(() => countWaiting(helper.pid)).toBe(1)
    abort.abort()
    expect((await hung).kind).toBe('hanging')
    expect((await helper.ask(mount.path, never)).kind).toBe('hanging')
    expect((await helper.ask('/', never)).kind).toBe('answered')
    await delay(50)
    expect(countWaiting(helper.pid)).toBe(1)
    mount.break()
    await expect
      .poll(() => helper.ask(mount.path, never))
      .toEqual({ kind: 'failed', code: 'ENOTCONN' })
  })

  test('its helper ends when it is disposed of, though a call hangs', async ({ skip }) => {
    using mount = HangingMount.open(skip)
    const helper = new MountHelper({ monotonicMs: () => 0, deadlineMs: 120_000 })
    const abort = new AbortController()
    const hung = helper.ask(mount.path, abort.signal)
    await helper.ask('/', never)
    const pid = helper.pid
    if (pid === undefined) throw new Error('no helper')
    helper[Symbol.dispose]()
    abort.abort()
    await hung
    await expect.poll(() => isRunning(pid)).toBe(false)
  })

  test('its helper ends when the agent is killed, though a call hangs', async ({ skip }) => {
    using mount = HangingMount.open(skip)
    const program = `
      import { MountHelper } from ${JSON.stringify(join(import.meta.dirname, 'mount-helper.ts'))}
      const helper = new MountHelper({ monotonicMs: () => 0, deadlineMs: 120_000 })
      void helper.ask(${JSON.stringify(mount.path)}, new AbortController().signal)
      await helper.ask('/', new AbortController().signal)
      console.log(helper.pid)`
    const agent = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(agent.stdout, 'data')) as [Buffer]
    const pid = Number(line.toString())
    await expect.poll(() => countWaiting(pid)).toBe(1)
    agent.kill('SIGKILL')
    await expect.poll(() => isRunning(pid)).toBe(false)
  })
})

/** Threads of the process that wait in the kernel for the FUSE server. */
function countWaiting(pid: number | undefined): number {
  const tasks = readdirSync(`/proc/${pid}/task`)
  return tasks.filter((task) =>
    readFileSync(`/proc/${pid}/task/${task}/wchan`, 'utf8').includes('fuse'),
  ).length
}

function isRunning(pid: number): boolean {
  try {
    // A zombie that waits to be reaped runs no more.
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    // It is gone.
    return false
  }
}
