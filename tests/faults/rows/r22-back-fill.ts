import { FaultSite } from '../../support/fault-site.ts'
import { FleetProcess } from '../../support/fleet-process.ts'
import { compareWithLedgers, type LedgerOfHost } from '../../support/ledger-comparison.ts'
import { startTcpProxy } from '../../support/tcp-proxy.ts'
import { pass, until } from '../../support/until.ts'
import type { FaultRow } from '../fault-row.ts'
import { QUICK_AGENT } from '../quick-settings.ts'
import { allConnected } from '../site-moments.ts'
import { toResult } from '../to-result.ts'

const HOUR_MS = 3_600_000
const SERIES = 20
const EVERY_SECONDS = 15
const SPEED = 7_500

/** 50 agents and 24 simulated hours in the full form, 10 and 2 in the short one. */
const FULL = { agents: 50, hours: 24 }
const SHORT = { agents: 10, hours: 2 }

/** Times at which live samples were seen, and how long a question took, in ms. */
interface Watch {
  readonly lagsMs: number[]
  readonly queriesMs: number[]
}

/** Agents that were cut off for a day come back together while others are live: all of both arrives, and what is live stays so. */
export const row: FaultRow = {
  id: 'R22',
  title: 'back-fill of 24 h from 50 agents while 20 others are live',
  shortTrials: 1,
  fullTrials: 2,
  async run({ trials, log }) {
    const { agents, hours } = trials > 1 ? FULL : SHORT
    await using site = await FaultSite.open({ agent: QUICK_AGENT })
    await site.startFleet()
    await until('the live agents are connected', () => allConnected(site), 180_000)
    const quiet = await watchWhile(site, pass(3_000))
    await using proxy = await startTcpProxy(site.collector.port)
    proxy.refuse = true
    await using absent = await startAbsent(site, proxy.port, agents, hours)
    const samples = countSamples(absent.ledgers())
    log(`${samples} samples of ${agents} agents wait`)
    proxy.refuse = false
    const startedAt = performance.now()
    const filled = untilStored(site, absent)
    const busy = await watchWhile(site, filled)
    const fillMs = performance.now() - startedAt
    const live = await site.conclude(300_000)
    const late = await compareWithLedgers(site.collector.url, absent.ledgers())
    log(`live: ${live.expected}, back-filled: ${late.expected}`)
    const both = {
      ...late,
      expected: live.expected + late.expected,
      lost: live.lost + late.lost,
      duplicated: live.duplicated + late.duplicated,
      moved: live.moved + late.moved,
      invented: live.invented + late.invented,
      examples: [...live.examples, ...late.examples],
    }
    return toResult(trials, both, [], {
      'times real time': (hours * HOUR_MS) / fillMs,
      'longest live lag ms': Math.max(...busy.lagsMs),
      'query p95 ms before': p95(quiet.queriesMs),
      'query p95 ms during': p95(busy.queriesMs),
    })
  },
}

/** Agents that have been running for hours, by simulated time, without reaching the collector. */
async function startAbsent(
  site: FaultSite,
  port: number,
  agents: number,
  hours: number,
): Promise<FleetProcess> {
  const hosts = []
  for (let at = 1; at <= agents; at++) {
    const host = `absent-${at}`
    hosts.push({ host, token: await site.collector.createToken(host) })
  }
  const fleet = await FleetProcess.start({
    ...site.plan,
    hosts,
    collectorUrl: `ws://127.0.0.1:${port}/agent/v1`,
    series: SERIES,
    everySeconds: EVERY_SECONDS,
    simulated: { fromMs: Date.now() - hours * HOUR_MS, speed: SPEED },
  })
  const isLive = async () => (await fleet.status()).nowMs > Date.now() - 1000
  await until('simulated time has caught up', isLive, 300_000 + hours * 120_000, 500)
  await fleet.quiet()
  return fleet
}

async function untilStored(site: FaultSite, fleet: FleetProcess): Promise<void> {
  const ledgers = fleet.ledgers()
  const isStored = async () => (await compareWithLedgers(site.collector.url, ledgers)).lost === 0
  await until('the back-fill is stored', isStored, 3_600_000, 1_000)
}

/** Asks for the newest live sample again and again, and times it, until the promise settles. */
async function watchWhile(site: FaultSite, work: Promise<void>): Promise<Watch> {
  const watch: Watch = { lagsMs: [], queriesMs: [] }
  let isOver = false
  const settled = work.finally(() => (isOver = true))
  const [first = { host: '' }] = site.plan.hosts
  while (!isOver) {
    const startedAt = performance.now()
    const newestMs = await newestOf(site, first.host)
    watch.queriesMs.push(performance.now() - startedAt)
    watch.lagsMs.push(Date.now() - newestMs)
    await Promise.race([pass(100), settled])
  }
  await settled
  return watch
}

async function newestOf(site: FaultSite, host: string): Promise<number> {
  const question = new URLSearchParams({
    measurement: 'ledger',
    field: 'answer',
    where: `host=${host}`,
    aggregate: 'raw',
    from: '-30s',
  })
  const { series } = await site.collector.get<{ series: { points: [number, number][] }[] }>(
    `/api/v1/query?${question.toString()}`,
  )
  return Math.max(0, ...series.map(({ points }) => points.at(-1)?.[0] ?? 0))
}

function countSamples(ledgers: readonly LedgerOfHost[]): number {
  return ledgers.reduce((sum, { answers, series }) => sum + answers.length * series, 0)
}

function p95(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? 0
}
