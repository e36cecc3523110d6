import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CollectorProcess } from '../../support/collector-process.ts'
import { StormProcess } from '../../support/storm-process.ts'
import { steadyPort } from '../../support/steady-port.ts'
import type { StormStatus } from '../../support/storm-plan.ts'
import { pass, until } from '../../support/until.ts'
import { resultOf, seededRandom, type FaultRow } from '../fault-row.ts'

/** The matrix's gate on two cores with the product's own back-off; and the same some times smaller and quicker. */
const FULL = {
  agents: 2_000,
  perSecond: 200,
  backOff: { firstMs: 3_000, maxMs: 25_000, unauthorizedMs: 300_000 },
}
const SHORT = {
  agents: 100,
  perSecond: 30,
  backOff: { firstMs: 1_000, maxMs: 8_000, unauthorizedMs: 300_000 },
}
const JOIN_DEADLINE_MS = 120_000
const TOKENS_AT_ONCE = 20
const MAX_PEAK_TO_MEAN = 3
const MAX_BYTES_PER_AGENT = 100_000
const WINDOW_MS = 1_000
/** In which an agent that is let in and thrown out again would be seen. */
const SETTLE_MS = 2_000

/** The collector restarts under all of its agents, which come back by their own plans. */
export const row: FaultRow = {
  id: 'R13',
  title: 'restart of the collector with 2,000 simulated agents',
  shortTrials: 1,
  fullTrials: 5,
  async run({ trials, seed, log }) {
    const random = seededRandom(seed)
    const { agents, perSecond, backOff } = trials > 1 ? FULL : SHORT
    const directory = await mkdtemp(join(tmpdir(), 'wr-'))
    const violations: string[] = []
    let [longestMs, worstRatio, lagMs] = [0, 0, 0]
    try {
      const limits = { connectionsPerSecond: perSecond }
      const settings = { limits, listen: `127.0.0.1:${await steadyPort()}` }
      let collector = await CollectorProcess.start(directory, settings)
      await using _collector = { [Symbol.asyncDispose]: () => collector.kill() }
      const hosts = await createTokens(collector, agents)
      const beforeBytes = await rssBytes(collector.pid)
      await using storm = await StormProcess.start(
        { url: collector.url, hosts, backOff },
        directory,
      )
      await untilAllJoined(storm, agents)
      await pass(SETTLE_MS)
      const bytesPerAgent = ((await rssBytes(collector.pid)) - beforeBytes) / agents
      for (let trial = 1; trial <= trials; trial++) {
        await storm.forget()
        await collector.kill()
        await pass(random() * 3_000)
        await storm.forget()
        collector = await CollectorProcess.start(directory, settings)
        const startedAtMs = Date.now()
        await untilAllJoined(storm, agents)
        longestMs = Math.max(longestMs, Date.now() - startedAtMs)
        await pass(SETTLE_MS)
        const status = await storm.status()
        worstRatio = Math.max(worstRatio, peakToMean(status, startedAtMs))
        lagMs = Math.max(lagMs, 1000 * (await collector.metric('nodejs_eventloop_lag_p99_seconds')))
        // How evenly they come is a matter of time: told in both forms, asserted in the full one.
        const ratio = trials > 1 ? peakToMean(status, startedAtMs) : 0
        violations.push(...check(status, ratio).map((text) => `trial ${trial}: ${text}`))
        log(`trial ${trial}: ${JSON.stringify(status.failures)}, kicked ${status.kicked}`)
      }
      if (agents === FULL.agents && bytesPerAgent > MAX_BYTES_PER_AGENT)
        violations.push(`${Math.round(bytesPerAgent)} bytes of memory for an idle agent`)
      return resultOf(trials, violations, {
        agents,
        'all in ms': longestMs,
        'peak to mean': worstRatio,
        'bytes per idle agent': bytesPerAgent,
        'event loop p99 ms': lagMs,
      })
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  },
}

async function createTokens(
  collector: CollectorProcess,
  count: number,
): Promise<{ host: string; token: string }[]> {
  const hosts: { host: string; token: string }[] = []
  for (let at = 0; at < count; at += TOKENS_AT_ONCE) {
    const names = Array.from(
      { length: Math.min(TOKENS_AT_ONCE, count - at) },
      (_, index) => `host-${at + index}`,
    )
    hosts.push(
      ...(await Promise.all(
        names.map(async (host) => ({ host, token: await collector.createToken(host) })),
      )),
    )
  }
  return hosts
}

async function untilAllJoined(storm: StormProcess, agents: number): Promise<void> {
  const areAllIn = async () => (await storm.status()).connected === agents
  await until('all agents are in', areAllIn, JOIN_DEADLINE_MS, 200)
}

function check({ kicked }: StormStatus, ratio: number): string[] {
  const violations: string[] = []
  if (kicked > 0) violations.push(`${kicked} agents were let in and thrown out again`)
  if (ratio >= MAX_PEAK_TO_MEAN) violations.push(`peak to mean of the connects is ${ratio}`)
  return violations
}

/** Connects in the fullest second, by the mean second from the collector's start to the last connect. */
function peakToMean({ welcomedAtMs }: StormStatus, startedAtMs: number): number {
  const perWindow = new Map<number, number>()
  for (const timeMs of welcomedAtMs) {
    const window = Math.floor((timeMs - startedAtMs) / WINDOW_MS)
    perWindow.set(window, (perWindow.get(window) ?? 0) + 1)
  }
  const windows = Math.max(...perWindow.keys()) + 1
  return Math.max(...perWindow.values()) / (welcomedAtMs.length / windows)
}

async function rssBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1])
}
