import type { Logger } from '@wardround/program'
import { expect, test } from 'vitest'
import { AgentRegistry } from '../ingest/agent-registry.ts'
import { startUpkeep } from './upkeep.ts'

const MINUTE_MS = 60_000

/** Upkeep whose three daily jobs a test gives; whatever they leave out is done at once. */
function start(jobs: Partial<Record<'purge' | 'tidy' | 'copy', () => Promise<void>>>) {
  let atMs = 0
  const told: string[] = []
  const done = () => Promise.resolve()
  const upkeep = startUpkeep({
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the functions that upkeep calls
    state: {
      agents: { seen: done },
      life: { alive: done },
      rawRecords: { tidy: jobs.tidy ?? done },
      upkeep: { purge: jobs.purge ?? done, copy: jobs.copy ?? done },
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
  return { upkeep, told, pass: (ms: number) => void (atMs += ms) }
}

test('a daily copy that fails is tried every minute, told at the third time, and once', async () => {
  let copies = 0
  const { upkeep, told, pass } = start({
    copy: () => (++copies < 6 ? Promise.reject(new Error('full')) : Promise.resolve()),
  })
  await using _upkeep = upkeep
  const tellings: number[] = []
  for (let tries = 1; tries <= 6; tries++) {
    pass(MINUTE_MS)
    await expect.poll(() => copies, { interval: 1 }).toBe(tries)
    tellings.push(told.length)
  }
  expect(tellings.slice(0, 2)).toEqual([0, 0])
  expect(told).toEqual([expect.stringContaining('daily copy')])
})

test('raw records that can’t be packed keep the state from neither its purge nor its copy', async () => {
  const counts = { purge: 0, tidy: 0, copy: 0 }
  const { upkeep, told, pass } = start({
    purge: async () => void counts.purge++,
    tidy: async () => {
      counts.tidy++
      throw new Error('one file can’t be read')
    },
    copy: async () => void counts.copy++,
  })
  await using _upkeep = upkeep
  for (let tries = 1; tries <= 4; tries++) {
    pass(MINUTE_MS)
    await expect.poll(() => counts, { interval: 1, timeout: 30_000 }).toMatchObject({ tidy: tries })
  }
  expect(counts).toEqual({ purge: 1, tidy: 4, copy: 1 })
  await expect
    .poll(() => told, { interval: 1, timeout: 30_000 })
    .toEqual([expect.stringContaining('raw records')])
})
