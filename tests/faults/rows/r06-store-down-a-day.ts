import { FaultSite } from '../../support/fault-site.ts'
import { openOutsideStore, whyNoDatabase, type OutsideStore } from '../../support/outside-store.ts'
import { until } from '../../support/until.ts'
import type { FaultRow } from '../fault-row.ts'
import { QUICK_AGENT, QUICK_COLLECTOR } from '../quick-settings.ts'
import { cutOff, reconnect } from '../site-moments.ts'
import {
  addUp,
  concludeStore,
  isSpokenOf,
  MemoryWatch,
  storeMetric,
  untilDelivered,
} from '../store-outage.ts'
import { toResult } from '../to-result.ts'

const HOUR_MS = 3_600_000
const HOURS = 26
const SPEED = 7_500
const EVERY_SECONDS = 15
const LIVENESS_MS = 600_000
const DRAIN_WITHIN_MS = 1_800_000
const LEAST_TIMES_REAL_TIME = 10

const FULL = { agents: 10, series: 50 }
const SHORT = { agents: 2, series: 10 }

/**
 * Both databases are gone for 26 hours of simulated time: the agents run through them cut off and are restarted in their middle, and bring what they have while the
 * databases are still gone; the collector is killed when it has half of that, again when all of it waits, and a third time while it is being written out.
 */
export const row: FaultRow = {
  id: 'R6',
  title: 'stores outside are gone for 26 h, the agents and the collector are restarted meanwhile',
  shortTrials: 1,
  fullTrials: 2,
  async run({ trials, log, skip }) {
    const why = whyNoDatabase()
    if (why !== undefined) return skip(why)
    const { agents, series } = trials > 1 ? FULL : SHORT
    await using stack = new AsyncDisposableStack()
    const open = (product: OutsideStore['product']) =>
      openOutsideStore({ name: product, product, deadline: '30s' })
    const stores = [stack.use(await open('victoriametrics')), stack.use(await open('influxdb'))]
    const site = stack.use(
      await FaultSite.open({
        agents,
        series,
        everySeconds: EVERY_SECONDS,
        agent: QUICK_AGENT,
        collector: { ...QUICK_COLLECTOR, stores: stores.map(({ settings }) => settings) },
      }),
    )
    const violations: string[] = []
    for (const store of stores) await store.stop()
    await passDay(site, log)
    const samples = (HOURS * 3_600 * agents * series) / EVERY_SECONDS
    reconnect(site)
    await until('half of it is with the collector', () => has(site, samples / 2), LIVENESS_MS, 20)
    await restart(site, log, 'half of it is with the collector')
    await untilDelivered(site, LIVENESS_MS)
    await restart(site, log, 'all of it waits for the stores')
    using memory = new MemoryWatch(() => site.collector.pid)
    for (const { name } of stores)
      await until(`${name} is spoken of`, () => isSpokenOf(site, name), LIVENESS_MS)
    log(`samples that wait: ${(await lagsOf(site, stores)).join(', ')}`)
    await site.fleet.quiet()
    await untilDelivered(site, LIVENESS_MS)
    for (const store of stores) await store.start()
    const startedAt = performance.now()
    const hasBegun = async () =>
      Math.min(...(await Promise.all(stores.map(({ name }) => sent(site, name))))) > 0
    await until('they are being written', hasBegun, LIVENESS_MS, 20)
    await restart(site, log, 'they are being written')
    const ledgers = site.fleet.ledgers()
    const compared = []
    for (const { name, read } of stores) {
      const comparison = await concludeStore(read, ledgers, DRAIN_WITHIN_MS)
      log(`${name}: ${comparison.stored} stored, ${comparison.lost} lost`)
      compared.push(comparison)
    }
    const drainMs = performance.now() - startedAt
    const times = (HOURS * HOUR_MS) / drainMs
    if (times < LEAST_TIMES_REAL_TIME)
      violations.push(`drained at ${times.toFixed(1)} times real time`)
    return toResult(trials, addUp(compared), violations, {
      'drain s': drainMs / 1000,
      'times real time': times,
      'samples a second': (2 * samples * 1000) / drainMs,
      'most memory MB': memory.mostBytes / 1e6,
    })
  },
}

/** Simulated time from 26 hours ago to now, with a restart of the agents in its middle. */
async function passDay(site: FaultSite, log: (line: string) => void): Promise<void> {
  cutOff(site)
  const fromMs = Date.now() - HOURS * HOUR_MS
  const first = await site.startFleet({ simulated: { fromMs, speed: SPEED } })
  const isHalf = async () => (await first.status()).nowMs > fromMs + (HOURS / 2) * HOUR_MS
  await until('half of the time has passed', isHalf, LIVENESS_MS, 50)
  const { nowMs } = await first.stopAndTell()
  log('the agents were stopped in the middle of the time')
  const second = await site.startFleet({ simulated: { fromMs: nowMs, speed: SPEED } })
  const isLive = async () => (await second.status()).nowMs > Date.now() - 1000
  await until('simulated time has caught up', isLive, LIVENESS_MS, 250)
}

async function restart(site: FaultSite, log: (line: string) => void, when: string): Promise<void> {
  await site.collector.kill()
  await site.restartCollector()
  log(`the collector was killed when ${when}`)
}

async function has(site: FaultSite, samples: number): Promise<boolean> {
  return (await site.collector.metric('wardround_collector_agent_samples_stored_total')) >= samples
}

function sent(site: FaultSite, store: string): Promise<number> {
  return storeMetric(site, 'samples_total', store)
}

function lagsOf(site: FaultSite, stores: readonly OutsideStore[]): Promise<number[]> {
  return Promise.all(stores.map(({ name }) => storeMetric(site, 'lag_samples', name)))
}
