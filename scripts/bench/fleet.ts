// 5,000 connected agents with 400 series each, every 10 s (2 minutes after all are in; --long: 10 minutes): CPU share of a core, acknowledgement
// latency, memory; what a plain connection costs; then memory per active series at 2,000 hosts over an hour of data at ten times the real speed
// (BENCH_SPEED=1: in real time).
// --only-fleet, --only-series: one of the two. Hosts share their data: 100 of them are invented, each sends for many.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { SeriesTable } from '@wardround/protocol'
import { AgentLink } from './agent-link.ts'
import { BundledCollector, openBenchDirectory, pass } from './bundled-collector.ts'
import { HOST_SHAPES, hostIntervals, hostName } from './host-data.ts'
import { printTable } from './table.ts'

const isLong = process.argv.includes('--long')
const AGENTS = Number(process.env['BENCH_AGENTS'] ?? 5_000)
const EVERY_MS = 10_000
const RUN_MS = isLong ? 600_000 : 120_000
const SETTLE_MS = 20_000
const SERIES_HOSTS = Number(process.env['BENCH_HOSTS'] ?? 2_000)
const SERIES_INTERVALS = Number(process.env['BENCH_INTERVALS'] ?? 360)
/** Hosts measure so many times as often as their data say. */
const SERIES_SPEED = Number(process.env['BENCH_SPEED'] ?? 10)
const MODELS = 100
const CONNECTING_AT_ONCE = 50
const STORED_WITHIN_MS = 900_000

/** Values of the invented hosts at one interval after the other; an agent's are those of its model. */
class SharedHosts {
  readonly #models = hostIntervals({ hosts: MODELS, intervals: Number.MAX_SAFE_INTEGER })[
    Symbol.iterator
  ]()
  #values: Float64Array[] = []

  /** Measures all models anew. */
  advance(): void {
    this.#values = []
    for (let model = 0; model < MODELS; model++) {
      const next = this.#models.next()
      if (next.done !== true) this.#values.push(next.value.values)
    }
  }

  of(agent: number): Float64Array {
    return this.#values[agent % MODELS]!
  }
}

async function connectAll(
  collector: BundledCollector,
  count: number,
  onAcknowledged: (latencyMs: number) => void,
  everySeconds?: number,
): Promise<AgentLink[]> {
  const links: AgentLink[] = []
  const table = new SeriesTable()
  const connect = async (agent: number) => {
    const host = hostName(agent)
    links[agent] = await AgentLink.connect({
      url: collector.agentUrl,
      host,
      token: await collector.createToken(host),
      shapes: HOST_SHAPES,
      table,
      onAcknowledged,
      ...(everySeconds === undefined ? {} : { everySeconds }),
    })
  }
  for (let from = 0; from < count; from += CONNECTING_AT_ONCE) {
    const some = Array.from({ length: Math.min(CONNECTING_AT_ONCE, count - from) }, (_, at) =>
      connect(from + at),
    )
    await Promise.all(some)
  }
  return links
}

/** Every agent sends each 10 s at a phase of its own, for a time. */
async function sendFor(
  links: readonly AgentLink[],
  hosts: SharedHosts,
  runMs: number,
): Promise<void> {
  const startMs = performance.now()
  for (let round = 0; round * EVERY_MS < runMs; round++) {
    hosts.advance()
    for (const [agent, link] of links.entries()) {
      const dueMs = startMs + round * EVERY_MS + (agent * EVERY_MS) / links.length
      const aheadMs = dueMs - performance.now()
      if (aheadMs > 0) await pass(aheadMs)
      link.send(Date.now(), hosts.of(agent))
    }
  }
}

function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN
}

async function measureFleet(): Promise<void> {
  await using directory = await openBenchDirectory()
  await using collector = await startCollector(directory.path, 'fleet')
  await pass(5_000)
  const emptyMiB = collector.process.memory().rssMiB
  let latencies: number[] = []
  const links = await connectAll(collector, AGENTS, (latencyMs) => latencies.push(latencyMs))
  await pass(SETTLE_MS)
  const connectedMiB = collector.process.memory().rssMiB
  console.log(`${links.length} agents are connected`)
  const hosts = new SharedHosts()
  await sendFor(links, hosts, SETTLE_MS)
  latencies = []
  const before = { cpuMs: collector.process.cpuMs(), atMs: performance.now() }
  await sendFor(links, hosts, RUN_MS)
  const wallMs = performance.now() - before.atMs
  const cpuMs = collector.process.cpuMs() - before.cpuMs
  await Promise.all(links.map((link) => link.untilAllAcknowledged()))
  printTable(
    `fleet: ${AGENTS} agents x ${HOST_SHAPES.length} samples every 10 s for ${RUN_MS / 60_000} min`,
    [
      { what: 'CPU, % of a core (all threads)', value: (cpuMs / wallMs) * 100, goal: '<= 25' },
      {
        what: 'M samples per CPU-second',
        value: (latencies.length * HOST_SHAPES.length) / cpuMs / 1000,
        goal: '',
      },
      { what: 'acknowledgement p50, ms', value: percentile(latencies, 0.5), goal: '' },
      { what: 'acknowledgement p99, ms', value: percentile(latencies, 0.99), goal: '<= 250' },
      { what: 'acknowledgement max, ms', value: percentile(latencies, 1), goal: '' },
      { what: 'batches acknowledged', value: latencies.length, goal: '' },
      { what: 'RSS empty, MiB', value: emptyMiB, goal: '' },
      { what: 'RSS at the end, MiB', value: collector.process.memory().rssMiB, goal: '' },
      {
        what: 'KB per plain connection (before the first batch)',
        value: ((connectedMiB - emptyMiB) * 1048.576) / AGENTS,
        goal: '<= 50',
      },
    ],
  )
  await closeAll(links)
}

async function measureSeries(): Promise<void> {
  await using directory = await openBenchDirectory()
  await using collector = await startCollector(directory.path, 'series')
  await pass(5_000)
  const emptyMiB = collector.process.memory().rssMiB
  const links = await connectAll(collector, SERIES_HOSTS, () => undefined, 86_400)
  await pass(5_000)
  const connectedMiB = collector.process.memory().rssMiB
  const fromMs = Date.now() - (SERIES_INTERVALS + 3) * EVERY_MS
  const hosts = new SharedHosts()
  const startMs = performance.now()
  const everyMs = EVERY_MS / SERIES_SPEED
  for (let interval = 0; interval < SERIES_INTERVALS; interval++) {
    hosts.advance()
    for (const [agent, link] of links.entries()) {
      const phase = interval + agent / links.length
      const aheadMs = startMs + phase * everyMs - performance.now()
      if (aheadMs > 0) await pass(aheadMs)
      while (!link.hasRoom) await link.nextAcknowledgement()
      link.send(fromMs + Math.floor(phase * EVERY_MS), hosts.of(agent))
    }
    if (interval % 60 === 59) await reportSeries(collector, emptyMiB, connectedMiB, interval + 1)
  }
  const sent = SERIES_INTERVALS * links.length
  await collector.untilStored(sent * HOST_SHAPES.length, STORED_WITHIN_MS)
  await pass(SETTLE_MS)
  await reportSeries(collector, emptyMiB, connectedMiB, SERIES_INTERVALS)
  printTable('fleet: memory per active series', seriesRows)
  console.log('goal: <= 400 bytes per series, stretch 250')
  await closeAll(links)
}

const seriesRows: Record<string, number>[] = []

async function reportSeries(
  collector: BundledCollector,
  emptyMiB: number,
  connectedMiB: number,
  intervals: number,
): Promise<void> {
  const active = await collector.metric('wardround_collector_store_series_active')
  const { rssMiB, anonymousMiB } = collector.process.memory()
  const row = {
    'minutes of data': intervals / 6,
    'active series': active,
    'RSS MiB': rssMiB,
    'anonymous MiB': anonymousMiB,
    'main heap MiB': (await collector.metric('nodejs_heap_size_used_bytes')) / 1048576,
    'main buffers MiB': (await collector.metric('nodejs_external_memory_bytes')) / 1048576,
    'RSS empty MiB': emptyMiB,
    'RSS connected MiB': connectedMiB,
    'bytes per series': ((rssMiB - emptyMiB) * 1048576) / active,
    'without connections': ((rssMiB - connectedMiB) * 1048576) / active,
  }
  seriesRows.push(row)
  console.log(JSON.stringify(row))
}

async function startCollector(directory: string, name: string): Promise<BundledCollector> {
  const home = join(directory, name)
  await mkdir(home, { recursive: true })
  return BundledCollector.start(home, { limits: { connectionsPerSecond: 1_000 } })
}

async function closeAll(links: readonly AgentLink[]): Promise<void> {
  await Promise.all(links.map((link) => link[Symbol.asyncDispose]()))
}

if (!process.argv.includes('--only-series')) await measureFleet()
if (!process.argv.includes('--only-fleet')) await measureSeries()
