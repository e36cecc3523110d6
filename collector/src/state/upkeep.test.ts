import type { Logger } from '@wardround/program'
import { expect, test } from 'vitest'
import { AgentRegistry } from '../ingest/agent-registry.ts'
import { startUpkeep } from './upkeep.ts'

const MINUTE_MS = 60_000

test('a daily copy that fails is tried every minute, told at the third time, and once', async () => {
  let atMs = 0
  let copies = 0
  const told: string[] = []
  const done = () => Promise.resolve()
  await using _upkeep = startUpkeep({
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the functions that upkeep calls
    state: {
      agents: { seen: done },
      life: { alive: done },
      rawRecords: { tidy: done },
      upkeep: {
        purge: done,
        copy: () => (++copies < 6 ? Promise.reject(new Error('full')) : Promise.resolve()),
      },
    } as unknown as Parameters<typeof startUpkeep>[0]['state'],
    registry: new AgentRegistry(),
    keepMs: () => 1,
    rawLogs: () => ({ keepMs: 1, maxBytes: 1 }),
    everyMs: 1,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one method that upkeep calls
    log: { error: (_fields: object, text: string) => void told.push(text) } as unknown as Logger,
    nowMs: () => atMs,
    monotonicMs: () => atMs,
  })
  const tellings: number[] = []
  for (let tries = 1; tries <= 6; tries++) {
    atMs += MINUTE_MS
    await expect.poll(() => copies, { interval: 1 }).toBe(tries)
    tellings.push(told.length)
  }
  expect(tellings.slice(0, 2)).toEqual([0, 0])
  expect(told).toEqual([expect.stringContaining('daily')])
})
