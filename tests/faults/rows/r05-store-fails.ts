import { FaultSite } from '../../support/fault-site.ts'
import {
  openOutsideStore,
  whyNoDatabase,
  type OutsideStore,
  type Product,
} from '../../support/outside-store.ts'
import { SmallDisk } from '../../support/small-disk.ts'
import { pass, until } from '../../support/until.ts'
import type { FaultRow } from '../fault-row.ts'
import { passOffline } from '../offline-time.ts'
import { QUICK_AGENT, QUICK_COLLECTOR } from '../quick-settings.ts'
import { cutOff, reconnect } from '../site-moments.ts'
import {
  addUp,
  concludeStore,
  isSpokenOf,
  MemoryWatch,
  residentBytes,
  storeMetric,
  untilDelivered,
} from '../store-outage.ts'
import { beginStoreFault, makeConflict, withDeadLetters, type StoreFault } from '../store-faults.ts'
import { toResult } from '../to-result.ts'

const HOUR_MS = 3_600_000
const HOURS = 1
const DISK_MB = 256
const SAID_WITHIN_MS = 120_000
const DELIVERED_WITHIN_MS = 600_000
const DRAIN_WITHIN_MS = 360_000
const MAX_GROWTH_BYTES = 128 * 1_048_576
const LEAST_TIMES_REAL_TIME = 10
/** A healthy store lacks no more than so much while others are down. */
const HEALTHY_LAG_SECONDS = 30

interface Case {
  readonly fault: StoreFault
  readonly product: Product
}

const EITHER: readonly StoreFault[] = ['gone', 'hangs', 'errors', 'slow', 'full']
/** Each fault alone, with both databases; only InfluxDB has types that can be in the way. */
const FULL_CASES: readonly Case[] = [
  ...EITHER.map((fault) => ({ fault, product: 'victoriametrics' as const })),
  ...EITHER.map((fault) => ({ fault, product: 'influxdb' as const })),
  { fault: 'conflict', product: 'influxdb' },
]
/** All at once, each with a store of its own. */
const SHORT_CASES: readonly Case[] = [
  { fault: 'gone', product: 'victoriametrics' },
  { fault: 'hangs', product: 'influxdb' },
  { fault: 'errors', product: 'victoriametrics' },
  { fault: 'slow', product: 'influxdb' },
  { fault: 'full', product: 'influxdb' },
  { fault: 'conflict', product: 'influxdb' },
]
const FULL = { agents: 20, series: 200, everySeconds: 10, slowMs: 10_000, deadline: '30s' }
const SHORT = { agents: 4, series: 25, everySeconds: 15, slowMs: 2_000, deadline: '3s' }

/** Stores outside fail, each in its way, while an hour's samples of every agent come in; one beside them is well. */
export const row: FaultRow = {
  id: 'R5',
  title:
    'a store outside is gone, hangs, answers 500, is slow, is full, or has another schema, for an hour',
  shortTrials: SHORT_CASES.length,
  fullTrials: FULL_CASES.length,
  async run({ trials, log, skip }) {
    const why = whyNoDatabase()
    if (why !== undefined) return skip(why)
    const isFull = trials > SHORT_CASES.length
    const groups = isFull ? FULL_CASES.map((one) => [one]) : [SHORT_CASES.slice(0, trials)]
    const outcomes = []
    for (const cases of groups) outcomes.push(await runGroup(cases, isFull, log))
    return toResult(
      trials,
      addUp(outcomes.map(({ comparison }) => comparison)),
      outcomes.flatMap(({ violations }) => violations),
      {
        'least times real time': Math.min(...outcomes.map(({ times }) => times)),
        'most growth MB': Math.max(...outcomes.map(({ growth }) => growth)) / 1e6,
      },
    )
  },
}

interface FaultyStore extends Case {
  readonly store: OutsideStore
  readonly disk: SmallDisk | undefined
}

async function runGroup(cases: readonly Case[], isFull: boolean, log: (line: string) => void) {
  const { agents, series, everySeconds, slowMs, deadline } = isFull ? FULL : SHORT
  await using stack = new AsyncDisposableStack()
  const faulty: FaultyStore[] = []
  for (const { fault, product } of cases) {
    const disk = fault === 'full' ? await SmallDisk.mount(DISK_MB) : undefined
    if (fault === 'full' && disk === undefined) {
      log('full: not on this machine: mounting a small file system needs root')
      continue
    }
    if (disk !== undefined) stack.use(disk)
    const parent = disk && { parent: disk.directory }
    const store = await openOutsideStore({
      name: `${fault}-${product}`,
      product,
      deadline,
      ...parent,
    })
    faulty.push({ fault, product, disk, store: stack.use(store) })
  }
  const well = stack.use(
    await openOutsideStore({ name: 'well', product: 'victoriametrics', deadline }),
  )
  const stores = [well, ...faulty.map(({ store }) => store)].map(({ settings }) => settings)
  const site = stack.use(
    await FaultSite.open({
      agents,
      series,
      everySeconds,
      agent: QUICK_AGENT,
      collector: { ...QUICK_COLLECTOR, stores },
    }),
  )
  cutOff(site)
  // Before the first of the samples that it stands in the way of.
  for (const { fault, store } of faulty)
    if (fault === 'conflict') await makeConflict(store, Date.now() - HOURS * HOUR_MS)
  await passOffline(site, HOURS)
  reconnect(site)
  return await runOutage(site, { well, faulty, slowMs, isFull, log })
}

interface Outage {
  readonly well: OutsideStore
  readonly faulty: readonly FaultyStore[]
  readonly slowMs: number
  readonly isFull: boolean
  readonly log: (line: string) => void
}

async function runOutage(site: FaultSite, outage: Outage) {
  const { well, faulty, slowMs, isFull, log } = outage
  const violations: string[] = []
  // A store that has begun to take samples has more to lose than one that was never there.
  for (const { store, fault } of faulty) {
    if (fault === 'conflict') continue
    const hasBegun = async () => (await storeMetric(site, 'samples_total', store.name)) > 0
    await until(`${store.name} takes samples`, hasBegun, SAID_WITHIN_MS)
  }
  log('all take samples; the faults begin')
  const faults = []
  for (const { fault, store, disk } of faulty)
    if (fault !== 'conflict') faults.push(await beginStoreFault(fault, store, { slowMs, disk }))
  await untilDelivered(site, DELIVERED_WITHIN_MS)
  log('everything is with the collector')
  const before = residentBytes(site.collector.pid)
  using memory = new MemoryWatch(() => site.collector.pid)
  for (const { store, fault } of faulty) {
    // One that is slow and keeps up is as it should be.
    if (fault === 'slow') continue
    const isSaid = () => isSpokenOf(site, store.name)
    await until(`${store.name} is spoken of`, isSaid, SAID_WITHIN_MS).catch((error: unknown) =>
      violations.push(String(error)),
    )
  }
  log('every fault was told of')
  if (isFull) await pass(60_000)
  const lag = await storeMetric(site, 'lag_seconds', well.name)
  if (lag > HEALTHY_LAG_SECONDS) violations.push(`the store that is well lacks ${lag} s`)
  await site.fleet.quiet()
  for (const fault of faults) await fault[Symbol.asyncDispose]()
  const startedAt = performance.now()
  const ledgers = site.fleet.ledgers()
  const compared = [await concludeStore(well.read, ledgers, DRAIN_WITHIN_MS)]
  for (const { store, fault } of faulty) {
    const read = fault === 'conflict' ? withDeadLetters(site, store) : store.read
    const comparison = await concludeStore(read, ledgers, DRAIN_WITHIN_MS)
    log(`${store.name}: ${comparison.stored} stored, ${comparison.lost} lost`)
    compared.push({
      ...comparison,
      examples: comparison.examples.map((text) => `${store.name}: ${text}`),
    })
  }
  const drainMs = performance.now() - startedAt
  const times = (HOURS * HOUR_MS) / drainMs
  const growth = memory.mostBytes - before
  log(
    `drained in ${(drainMs / 1000).toFixed(1)} s, memory grew by ${(growth / 1e6).toFixed(1)} MB from ${(before / 1e6).toFixed(0)}`,
  )
  if (!site.collector.isRunning) violations.push('the collector has ended')
  if (isFull && times < LEAST_TIMES_REAL_TIME)
    violations.push(`drained at ${times.toFixed(1)} times real time`)
  if (isFull && growth > MAX_GROWTH_BYTES)
    violations.push(`the collector's memory grew by ${growth} bytes`)
  return { comparison: addUp(compared), violations, times, growth }
}
