import { openLog } from '@wardround/program'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { AgentChange } from '../state/agents.ts'
import { ConnectionLog } from './connection-log.ts'

const EVERY_MS = 5
const log = openLog({ name: 'test', level: 'silent' })
const onDropped = () => undefined
const gone: AgentChange = {
  change: 'disconnected',
  host: 'db1',
  lastSeenMs: 1,
  lastSequence: 2,
  reason: 'x',
}

test('what waits is recorded at the close', async () => {
  const recorded: AgentChange[] = []
  const record = async (changes: readonly AgentChange[]) => void recorded.push(...changes)
  {
    await using connections = new ConnectionLog({ record, onDropped, everyMs: 60_000, log })
    connections.add(gone)
  }
  expect(recorded).toEqual([gone])
})

test('what could not be recorded is tried again', async () => {
  let tries = 0
  const record = () => (++tries < 3 ? Promise.reject(new Error('full')) : Promise.resolve())
  await using connections = new ConnectionLog({ record, onDropped, everyMs: EVERY_MS, log })
  connections.add(gone)
  await expect.poll(() => tries).toBe(3)
})

test('after the close nothing is tried again, whatever failed or comes late', async () => {
  let tries = 0
  const record = () => {
    tries++
    return Promise.reject(new Error('the database is closed'))
  }
  const connections = new ConnectionLog({ record, onDropped, everyMs: EVERY_MS, log })
  connections.add(gone)
  await connections[Symbol.asyncDispose]()
  connections.add(gone)
  await delay(EVERY_MS * 5)
  expect(tries).toBe(1)
})

test('what finds no room while the state can not be written is counted', async () => {
  let dropped = 0
  let tries = 0
  const record = () => (++tries < 2 ? Promise.reject(new Error('full')) : Promise.resolve())
  await using connections = new ConnectionLog({
    record,
    onDropped: (changes) => void (dropped += changes),
    everyMs: EVERY_MS,
    log,
  })
  for (let n = 0; n < 50_003; n++) connections.add(gone)
  expect(dropped).toBe(3)
  await expect.poll(() => tries).toBe(2)
})
