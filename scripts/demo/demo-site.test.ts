import { CollectorHarness } from '@wardround/collector/testing'
import type { AlertRow } from '@wardround/protocol'
import { SeriesTable } from '@wardround/protocol'
import { expect, test } from 'vitest'
import { MovableClock } from '../../tests/support/movable-clock.ts'
import { HOUR_MS, MINUTE_MS } from './faults.ts'
import { SimulatedAgent } from './simulated-agent.ts'
import { SiteSender } from './site-sender.ts'
import { siteOf } from './site.ts'

// A whole collector in this process under a clock of the test's own, and the whole site.

async function connectSite(
  harness: CollectorHarness,
  clock: MovableClock,
  bornMs: number,
): Promise<SiteSender> {
  const agents = siteOf(bornMs)
  const tokens = new Map<string, string>()
  for (const { host } of agents) tokens.set(host, await harness.createToken('agent', host))
  return SiteSender.connect({
    agents,
    url: harness.url('/agent/v1').replace('http', 'ws'),
    tokens,
    nowMs: clock.nowMs,
  })
}

const WANTED = [
  'oracle_tablespace_used demo-ora-1',
  'fc_port_left_online demo-fc-1',
  'multipath_path_lost demo-ora-2',
  'backup_late demo-my-1',
  'certificate_expires demo-ops-1',
  'array_component_fails_soon demo-array-1',
]

test('what is planned to be wrong raises its alerts, and what is past wakes nobody', async () => {
  const clock = new MovableClock()
  const bornMs = clock.nowMs()
  await using harness = await CollectorHarness.start({
    yaml: 'demo: true',
    nowMs: clock.nowMs,
    monotonicMs: clock.monotonicMs,
  })
  const firing = async () => {
    const { alerts } = await harness.get<{ alerts: AlertRow[] }>('/api/v1/alerts')
    return alerts
      .filter(({ state }) => state === 'firing')
      .map(({ rule, host }) => `${rule} ${host}`)
  }
  await using sender = await connectSite(harness, clock, bornMs)
  let sentMs = bornMs - HOUR_MS
  await sender.advance(sentMs, bornMs - MINUTE_MS)
  expect(await firing()).toEqual([])
  sentMs = bornMs - MINUTE_MS
  for (let isStart = true; sentMs < bornMs + 24 * MINUTE_MS; isStart = false) {
    const untilMs = Math.floor(clock.nowMs() / 5_000) * 5_000
    await sender.advance(sentMs, untilMs, { isStart })
    sentMs = untilMs
    clock.move(20_000)
  }
  await expect.poll(firing).toEqual(expect.arrayContaining(WANTED))
  expect(
    (await firing()).filter((one) =>
      /_offline|process_missing|filesystem_missing|interface_missing|^agent_/.test(one),
    ),
  ).toEqual([])
  expect(sender.acknowledged).toBeGreaterThan(500_000)
})

test('a collector that is no demo is sent nothing', async () => {
  await using harness = await CollectorHarness.start()
  const connecting = SimulatedAgent.connect({
    url: harness.url('/agent/v1').replace('http', 'ws'),
    host: 'demo-ora-1',
    token: await harness.createToken('agent', 'demo-ora-1'),
    table: new SeriesTable(),
    nowMs: Date.now,
  })
  await expect(connecting).rejects.toMatchObject({
    code: 'DEMO_REFUSED',
    message: expect.stringContaining('no demo'),
  })
})
