// Agents' WebSockets -> journal on disk -> embedded store -> 100 rules an agent, in the collector as it is released: samples per CPU-second of
// all its threads, once batched (agents that send all that the window takes) and once at one frame per read. Measured after a warm-up, which Node's
// compilers need. Seals and the merges of the hours are in it: all hours of the data are over, so all of them are merged. VictoriaMetrics takes
// samples of the same hosts as line protocol in the same run.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AgentLink } from './agent-link.ts'
import { benchRules } from './bench-rules.ts'
import { BundledCollector, openBenchDirectory, pass } from './bundled-collector.ts'
import { HOST_SHAPES, hostIntervals, hostName, type HostInterval } from './host-data.ts'
import { type Cost, costOfMerges, idleCost, overMs, perSecond, untilIdle } from './ingest-cost.ts'
import { LineWriter } from './line-protocol.ts'
import { printTable } from './table.ts'
import { VictoriaMetrics } from './victoria-metrics.ts'

const RULES = 100

/** What is fed: the first hours warm up, the others are measured. */
interface Load {
  readonly hosts: number
  readonly warmUpHours: number
  readonly hours: number
}

const BATCHED: Load = { hosts: 48, warmUpHours: 2, hours: 10 }
const PACED: Load = { hosts: 240, warmUpHours: 1 / 3, hours: 1 }
const PEER: Load = { hosts: 48, warmUpHours: 0, hours: 3 }
/** As 2,000 agents at twice a second: each frame finds its reader waiting. */
const PACED_PER_SECOND = Number(process.env['BENCH_PACE'] ?? 4_000)
/** The rules that come with Wardround in the place of 100 an agent. */
const WITH_PACK = process.env['BENCH_PACK'] === 'full'
/** A timer that comes later than this has missed its turns. */
const MISSED_MS = 5
/** Live for the rules, however old: late is what is older than three of these. */
const EVERY_SECONDS = 86_400
const SAMPLES_PER_POST = 16_000
const STORED_WITHIN_MS = 300_000

function data({ hosts, warmUpHours, hours }: Load): Iterable<HostInterval> {
  const toMs = overMs()
  const fromMs = toMs - (warmUpHours + hours) * 3_600_000
  return hostIntervals({ hosts, intervals: Math.round((warmUpHours + hours) * 360), fromMs })
}

async function startCollector(directory: string): Promise<BundledCollector> {
  if (WITH_PACK) return BundledCollector.start(directory, { rules: { pack: 'full' } })
  const rules = join(directory, 'rules.d')
  await mkdir(rules, { recursive: true })
  await writeFile(join(rules, 'bench.yaml'), JSON.stringify({ rules: benchRules(RULES) }))
  return BundledCollector.start(directory, { rules: { directory: rules, pack: 'none' } })
}

async function connect(collector: BundledCollector, hosts: number): Promise<AgentLink[]> {
  const links: AgentLink[] = []
  for (let host = 0; host < hosts; host++) {
    const name = hostName(host)
    const token = await collector.createToken(name)
    links.push(
      await AgentLink.connect({
        url: collector.agentUrl,
        host: name,
        token,
        shapes: HOST_SHAPES,
        everySeconds: EVERY_SECONDS,
      }),
    )
  }
  return links
}

type Feed = (links: readonly AgentLink[], intervals: readonly HostInterval[]) => Promise<void>

/** Feeds a fresh collector and counts what it costs. */
async function measureCollector(load: Load, feed: Feed): Promise<Cost> {
  // before anything connects: it keeps this process from answering for a while
  const intervals = [...data(load)]
  const warmUp = intervals.splice(0, Math.round(load.warmUpHours * 360) * load.hosts)
  await using directory = await openBenchDirectory()
  await using collector = await startCollector(directory.path)
  const links = await connect(collector, load.hosts)
  const warmUpSamples = warmUp.length * HOST_SHAPES.length
  await feed(links, warmUp)
  await collector.untilStored(warmUpSamples, STORED_WITHIN_MS)
  const idle = await idleCost(collector.process)
  const before = { cpuMs: collector.process.cpuMs(), atMs: performance.now() }
  console.log(`fed by ${load.hosts} agents: ${load.hours} h of data`)
  await feed(links, intervals)
  const samples = intervals.length * HOST_SHAPES.length
  await collector.untilStored(warmUpSamples + samples, STORED_WITHIN_MS)
  const stored = { cpuMs: collector.process.cpuMs(), atMs: performance.now() }
  console.log(`stored after ${((stored.atMs - before.atMs) / 1000).toFixed(1)} s`)
  const { rssMiB } = collector.process.memory()
  const mergeCpuMs = await costOfMerges(collector.process, idle)
  for (const link of links) await link[Symbol.asyncDispose]()
  return {
    samples,
    cpuMs: stored.cpuMs - before.cpuMs,
    wallMs: stored.atMs - before.atMs,
    mergeCpuMs: (mergeCpuMs * samples) / (warmUpSamples + samples),
    rssMiB,
  }
}

/** Each agent sends all that the window takes, at once: what a backlog or a busy network looks like. */
async function firehose(
  links: readonly AgentLink[],
  intervals: readonly HostInterval[],
): Promise<void> {
  const queues = links.map((): HostInterval[] => [])
  for (const interval of intervals) queues[interval.host]!.push(interval)
  await Promise.all(
    links.map(async (link, host) => {
      for (const { timeMs, values } of queues[host]!) {
        while (!link.hasRoom) await link.nextAcknowledgement()
        link.send(timeMs, values)
      }
      await link.untilAllAcknowledged()
    }),
  )
}

/** One frame at a time, evenly spread: each is a read of its own at the collector. */
async function paced(
  links: readonly AgentLink[],
  intervals: readonly HostInterval[],
): Promise<void> {
  let dueMs = performance.now()
  for (const { host, timeMs, values } of intervals) {
    const aheadMs = dueMs - performance.now()
    if (aheadMs > 0) await pass(aheadMs)
    // What was missed is not caught up: it would come in one read.
    dueMs = Math.max(dueMs, performance.now() - MISSED_MS) + 1000 / PACED_PER_SECOND
    const link = links[host]!
    while (!link.hasRoom) await link.nextAcknowledgement()
    link.send(timeMs, values)
  }
  await Promise.all(links.map((link) => link.untilAllAcknowledged()))
}

async function measureVictoriaMetrics(): Promise<Cost | undefined> {
  await using directory = await openBenchDirectory()
  await using peer = await VictoriaMetrics.start(directory.path)
  if (peer === undefined) return undefined
  const writer = new LineWriter(HOST_SHAPES)
  const before = { cpuMs: peer.process.cpuMs(), atMs: performance.now() }
  let samples = 0
  let lines = ''
  let waiting = 0
  for (const { host, timeMs, values } of data(PEER)) {
    lines += writer.format(hostName(host), timeMs, values)
    waiting += values.length
    if (waiting < SAMPLES_PER_POST) continue
    await peer.write(lines)
    samples += waiting
    lines = ''
    waiting = 0
  }
  if (waiting > 0) await peer.write(lines)
  samples += waiting
  console.log(`VictoriaMetrics has ${samples} samples`)
  const fed = { cpuMs: peer.process.cpuMs(), atMs: performance.now() }
  const { rssMiB } = peer.process.memory()
  await peer.flushAndMerge()
  const mergeCpuMs = (await untilIdle(peer.process)) - fed.cpuMs
  const cpuMs = fed.cpuMs - before.cpuMs
  return { samples, cpuMs, wallMs: fed.atMs - before.atMs, mergeCpuMs, rssMiB }
}

function row(name: string, cost: Cost, peer: Cost | undefined) {
  const { samples, cpuMs, wallMs, mergeCpuMs, rssMiB } = cost
  return {
    path: name,
    'M samples': samples / 1e6,
    'M/CPU-s': perSecond(cost),
    'without merges': samples / cpuMs / 1000,
    'x VictoriaMetrics': peer === undefined ? '' : perSecond(cost) / perSecond(peer),
    'CPU s': cpuMs / 1000,
    'merges CPU s': mergeCpuMs / 1000,
    'wall s': wallMs / 1000,
    'RSS MiB': rssMiB,
  }
}

const only = process.argv.slice(2)
const wanted = (name: string) => only.length === 0 || only.includes(name)
const peer = wanted('peer') ? await measureVictoriaMetrics() : undefined
const rows = []
if (wanted('batched')) rows.push(row('batched', await measureCollector(BATCHED, firehose), peer))
if (wanted('paced')) {
  const name = `one frame per read, ${PACED_PER_SECOND}/s`
  rows.push(row(name, await measureCollector(PACED, paced), peer))
}
if (peer !== undefined) rows.push(row('VictoriaMetrics, line protocol', peer, peer))
const rules = WITH_PACK ? 'the default pack' : `${RULES} rules an agent`
printTable(`pipeline: ${HOST_SHAPES.length} series an agent, ${rules}`, rows)
console.log(
  'goals: batched >= 5 M samples per CPU-second (>= 4 x VictoriaMetrics), one frame per read >= 3 M (>= 2.4 x)\n' +
    'Our dictionary names a series once a connection; VictoriaMetrics parses labels with every line, so a part of the ratio is the protocols’.',
)
