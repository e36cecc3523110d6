import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FaultSite } from '../../support/fault-site.ts'
import { until } from '../../support/until.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../../support/webhook-receiver.ts'
import type { FaultRow } from '../fault-row.ts'
import { QUICK_AGENT, QUICK_COLLECTOR } from '../quick-settings.ts'
import { allConnected } from '../site-moments.ts'
import { toResult } from '../to-result.ts'

/** Of the notice at both ends, in the full form. */
const NOTICE_DEADLINE_MS = 45_000
const BACK_DEADLINE_MS = 180_000
const SHORT_TRIALS = 3
const DIRECTIONS = ['both', 'up', 'down'] as const

/** An agent is silent before either end gives the connection up, so that one black hole is one cycle of it. */
const RULES = `rules:
  - id: agent_offline
    name: { zh: 失联, en: Agent is silent }
    noData: agent
    critical: { for: 4s, clear: { heartbeats: 1 } }
    summary: { zh: 失联, en: silent }
`

/** The line swallows everything without a reset: both ways, only what agents send, only what they are sent. Both ends must notice by themselves. */
export const row: FaultRow = {
  id: 'R14',
  title: 'half-open connections: the line swallows all, both ways or one way',
  shortTrials: SHORT_TRIALS,
  fullTrials: 12,
  async run({ trials, log }) {
    const violations: string[] = []
    const rules = await mkdtemp(join(tmpdir(), 'wr-rules-'))
    await writeFile(join(rules, 'silence.yaml'), RULES)
    await using receiver = await startWebhookReceiver()
    await using site = await FaultSite.open({
      agent: QUICK_AGENT,
      collector: {
        ...QUICK_COLLECTOR,
        rules: { directory: rules },
        notify: {
          channels: [{ name: 'test', type: 'webhook', url: receiver.url }],
          route: { groupWait: '0s', groupInterval: '0s' },
          digestAfter: '0s',
        },
      },
    })
    await site.startFleet()
    let longestNoticeMs = 0
    for (let trial = 0; trial < trials; trial++) {
      await until('all agents are connected', () => allConnected(site), BACK_DEADLINE_MS)
      const direction = DIRECTIONS[trial % DIRECTIONS.length] ?? 'both'
      const before = receiver.deliveries.length
      const noticeMs = await swallow(site, direction)
      longestNoticeMs = Math.max(longestNoticeMs, noticeMs)
      if (trials > SHORT_TRIALS && noticeMs > NOTICE_DEADLINE_MS)
        violations.push(`trial ${trial + 1} (${direction}): noticed after ${noticeMs} ms`)
      site.proxy.treat('both', {})
      await until('all agents are back', () => allConnected(site), BACK_DEADLINE_MS)
      const cycles = mostCycles(receiver, before)
      if (cycles > 1)
        violations.push(`trial ${trial + 1} (${direction}): ${cycles} alerts of a host`)
      log(
        `trial ${trial + 1}, ${direction}: noticed after ${noticeMs.toFixed(0)} ms, ${cycles} alert`,
      )
    }
    const comparison = await site.conclude(300_000)
    await rm(rules, { recursive: true, force: true })
    return toResult(trials, comparison, violations, {
      'longest notice ms': longestNoticeMs,
      'drain ms': comparison.drainMs,
    })
  },
}

/** Begins to swallow; resolves when every agent has given its connection up and the collector counts none as connected. */
async function swallow(site: FaultSite, direction: 'both' | 'up' | 'down'): Promise<number> {
  const { proxy, plan } = site
  const accepted = proxy.accepted.length
  const startedAt = performance.now()
  proxy.treat(direction, { blackHole: true })
  await until(
    'both ends notice',
    async () =>
      proxy.accepted.length - accepted >= plan.hosts.length &&
      (await site.collector.connectedHosts()).length === 0,
    BACK_DEADLINE_MS,
  )
  return performance.now() - startedAt
}

/** How often the same host was reported as silent since a delivery; 0 where none was. */
function mostCycles({ deliveries }: WebhookReceiver, from: number): number {
  const firing = new Map<string, Set<string>>()
  for (const { body } of deliveries.slice(from)) {
    for (const { status, labels, startsAt } of body.alerts) {
      if (status !== 'firing') continue
      const host = labels['host'] ?? ''
      firing.set(host, (firing.get(host) ?? new Set()).add(startsAt))
    }
  }
  return Math.max(0, ...[...firing.values()].map(({ size }) => size))
}
