import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

import { Secret } from '@wardround/program/running'
import { sendAtOnce } from '../../testing/send-at-once.ts'
import { makeSourceContext } from '../../testing/source-context.ts'
import { openOracle } from '../oracle.ts'
import type { ConnectError } from '../server/connect-failure.ts'
import { toOracleTarget, type OracleTarget } from './oracle-target.ts'
import { joinThickClient, ThickClient } from './thick-client.ts'
import { ThickDriver } from './thick-driver.ts'

const NEVER = new AbortController().signal
const PASSWORD = new Secret('hunter2-is-secret')

/** A directory in which there is surely no Oracle Client. */
async function emptyTarget(name = 'hcdb1'): Promise<OracleTarget> {
  const clientDirectory = await mkdtemp(join(tmpdir(), 'no-client-'))
  onTestFinished(() => rm(clientDirectory, { recursive: true, force: true }))
  const options = { instance: name, user: 'u', connect: '127.0.0.1:1/HCDB', connectTimeout: '5s' }
  return toOracleTarget({ ...options, clientDirectory }, 'wardround test')
}

function startClient(clock = { nowMs: 0 }): ThickClient {
  const client = new ThickClient(() => clock.nowMs)
  onTestFinished(() => client[Symbol.dispose]())
  return client
}

async function failToConnect(driver: ThickDriver): Promise<ConnectError> {
  return driver.connect(PASSWORD, NEVER, sendAtOnce).then(
    () => Promise.reject(new Error('connected')),
    (error: ConnectError) => error,
  )
}

test('no child is there until a source in thick mode wants a session; the client that is missing is told with what to install', async () => {
  const client = startClient()
  const driver = new ThickDriver(client, await emptyTarget(), 'hcdb1')
  expect(client.pid).toBeUndefined()
  const error = await failToConnect(driver)
  expect(client.pid).toBeGreaterThan(0)
  expect(error.failure).toBe('unsupported')
  expect(error.text.en).toContain('Instant Client 19')
  expect(error.text.zh).toContain('clientDirectory')
  expect(error.text.en).toMatch(/DPI-1047|NJS-045/)
  expect(error.text.en).not.toContain('hunter2')
})

test('all sources share one child, and one client directory', async () => {
  const client = startClient()
  const target = await emptyTarget()
  await failToConnect(new ThickDriver(client, target, 'hcdb1'))
  const { pid } = client
  await failToConnect(new ThickDriver(client, target, 'hcdb2'))
  expect(client.pid).toBe(pid)
  const other = await failToConnect(new ThickDriver(client, await emptyTarget('hcdb3'), 'hcdb3'))
  expect(other.failure).toBe('unsupported')
  expect(other.text.en).toContain('must be the same')
})

test('a child that died fails what it was asked, and is started again, but not at once', async () => {
  const clock = { nowMs: 0 }
  const client = startClient(clock)
  const driver = new ThickDriver(client, await emptyTarget(), 'hcdb1')
  await failToConnect(driver)
  const first = client.pid ?? 0
  const asked = client.ask({ do: 'close', connection: 99 }, 60_000)
  process.kill(first, 'SIGKILL')
  await asked.catch((error: unknown) => expect(error).toMatchObject({ failure: 'lost' }))
  await expect.poll(() => client.pid).toBeUndefined()

  expect((await failToConnect(driver)).text.en).toContain('started again in a moment')
  expect(client.pid).toBeUndefined()
  clock.nowMs = 5_000
  expect((await failToConnect(driver)).failure).toBe('unsupported')
  expect(client.pid).not.toBe(first)
})

test('a child that does not answer is ended', async () => {
  const client = startClient()
  const target = await emptyTarget()
  await failToConnect(new ThickDriver(client, target, 'hcdb1'))
  const { pid = 0 } = client
  process.kill(pid, 'SIGSTOP')
  const asked = client.ask({ do: 'close', connection: 1 }, 200)
  await expect(asked).rejects.toMatchObject({ failure: 'lost' })
  await expect.poll(() => client.pid).toBeUndefined()
})

test('a child that dies during a logon is told as what it is', async () => {
  const client = startClient()
  const target = await emptyTarget()
  await failToConnect(new ThickDriver(client, target, 'hcdb1'))
  const { pid = 0 } = client
  process.kill(pid, 'SIGSTOP')
  const connecting = failToConnect(new ThickDriver(client, target, 'hcdb1'))
  process.kill(pid, 'SIGKILL')
  const error = await connecting
  expect(error.failure).toBe('other')
  expect(error.text.en).toContain('ended during the logon')
})

test('the child ends with the last source in thick mode', async () => {
  const first = joinThickClient()
  const second = joinThickClient()
  expect(second.client).toBe(first.client)
  await failToConnect(new ThickDriver(first.client, await emptyTarget(), 'hcdb1'))
  first[Symbol.dispose]()
  first[Symbol.dispose]()
  expect(second.client.pid).toBeGreaterThan(0)
  second[Symbol.dispose]()
  await expect.poll(() => second.client.pid).toBeUndefined()
  const later = joinThickClient()
  expect(later.client).not.toBe(first.client)
  later[Symbol.dispose]()
})

test('a source with mode: thick goes through the child', async () => {
  const { clientDirectory } = await emptyTarget()
  const context = await makeSourceContext({
    name: 'old',
    options: {
      instance: 'old',
      connect: '127.0.0.1:1/HCDB',
      user: 'u',
      mode: 'thick',
      connectTimeout: '5s',
      clientDirectory,
    },
  })
  const opened = openOracle(context, () => Promise.reject(new Error('not in this process')))
  const failing = opened.session.facts(NEVER)
  await expect(failing).rejects.toMatchObject({ code: 'NOT_ANSWERING' })
  await expect(failing).rejects.toThrow('Instant Client 19')
  await opened[Symbol.asyncDispose]()
})
