import { openLog } from '@wardround/program'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { AgentRegistry } from './agent-registry.ts'
import { recallAgents } from './recall-agents.ts'
import { openState } from '../state/state.ts'
import { startUpkeep } from '../state/upkeep.ts'

const log = openLog({ name: 'test', level: 'silent' })

test('after a kill agents are known, and were watched until the collector’s last sign of life', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'wardround-recall-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const agent = { host: 'db1', version: '1.2', platform: 'linux', epoch: 'aa', address: 'x:1' }
  {
    await using state = await openState({ directory })
    expect(await recallAgents(state, new AgentRegistry())).toBeUndefined()
    await state.agents.record([{ change: 'connected', ...agent, atMs: 1_000 }])
    const rawLogs = () => ({ keepMs: 1e12, maxBytes: 1e9 })
    const times = {
      keepMs: () => 1e12,
      rawLogs,
      everyMs: 5,
      log,
      nowMs: () => 5_000,
      monotonicMs: () => 0,
    }
    await using _upkeep = startUpkeep({ ...times, state, registry: new AgentRegistry() })
    await expect.poll(() => state.life.lastAliveMs()).toBe(5_000)
  }
  await using state = await openState({ directory })
  const registry = new AgentRegistry()
  expect(await recallAgents(state, registry)).toBe(5_000)
  expect(registry.find('db1')).toMatchObject({ version: '1.2', lastSeenMs: 1_000 })
  expect(await state.agents.intervals('db1', 0, 1e13)).toMatchObject([
    { upAtMs: 1_000, downAtMs: 5_000, reason: 'the collector stopped' },
  ])
})
