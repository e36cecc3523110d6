// Agents' WebSockets -> journal on disk -> embedded store -> 100 rules an agent, in the collector as it is released: samples per CPU-second of
// all its threads, once batched (agents that send all that the window takes) and once at one frame per read; seals and the merges of the hours are
// in it. VictoriaMetrics takes the same samples as line protocol in the same run. The data's last hour ends now, so that rules see live data.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AgentLink } from './agent-link.ts'
import { benchRules } from './bench-rules.ts'
import { BundledCollector, openBenchDirectory, pass } from './bundled-collector.ts'
import { HOST_SHAPES, hostIntervals, hostName, type HostInterval } from './host-data.ts'
import { LineWriter } from './line-protocol.ts'
import type { MeasuredProcess } from './measured-process.ts'
import { printTable } from './table.ts'
import { VictoriaMetrics } from './victoria-metrics.ts'

const RULES = 100
const HOSTS = 48
const HOURS = 3
const PACED_HOSTS = 120
const PACED_HOURS = 1
/** Far below what the collector can take, so that each frame finds its reader waiting. */
const PACED_PER_SECOND = 1_500
/** A timer that comes later than this has missed its turns. */
const MISSED_MS = 5
/** Live for the rules, however old: late is what is older than three of these. */
const EVERY_SECONDS = 86_400
const SAMPLES_PER_POST = 16_000
/** The store merges an hour of the past when it was quiet for two minutes. */
const MERGES_AFTER_MS = 125_000
const STORED_WITHIN_MS = 300_000

interface Cost {
  readonly samples: number
  /** Until every sample was in the store's head or parts. */
  readonly cpuMs: number
  readonly wallMs: number
  /** Of the merges afterwards. */
  readonly mergeCpuMs: number
  readonly rssMiB: number
}

function data(hosts: number, hours: number): Iterable<HostInterval> {
  const fromMs = Math.floor(Date.now() / 10_000) * 10_000 - (hours * 3600 + 30) * 1000
  return hostIntervals({ hosts, intervals: hours * 360, fromMs })
}

async function startCollector(directory: string): Promise<BundledCollector> {
  const rules = join(directory, 'rules.d')
  await mkdir(rules, { recursive: true })
  await writeFile(join(rules, 'bench.yaml'), JSON.stringify({ rules: benchRules(RULES) }))
  return BundledCollector.start(directory, { rules: { directory: rules, defaultPack: false } })
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

/** Feeds a fresh collector and counts what it costs. */
async function measureCollector(
  hosts: number,
  hours: number,
  feed: (links: readonly AgentLink[], intervals: Iterable<HostInterval>) => Promise<number>,
): Promise<Cost> {
  // before anything connects: it keeps this process from answering for a while
  const intervals = [...data(hosts, hours)]
  await using directory = await openBenchDirectory()
  await using collector = await startCollector(directory.path)
  const links = await connect(collector, hosts)
  const before = { cpuMs: collector.process.cpuMs(), atMs: performance.now() }
  console.log(`fed by ${hosts} agents: ${hours} h of data`)
  const samples = await feed(links, intervals)
  console.log(`sent in ${((performance.now() - before.atMs) / 1000).toFixed(1)} s`)
  await collector.untilStored(samples, STORED_WITHIN_MS)
  const stored = { cpuMs: collector.process.cpuMs(), atMs: performance.now() }
  console.log(`stored after ${((stored.atMs - before.atMs) / 1000).toFixed(1)} s`)
  const { rssMiB } = collector.process.memory()
  const mergeCpuMs = await costOfMerges(collector.process)
  for (const link of links) await link[Symbol.asyncDispose]()
  return {
    samples,
    cpuMs: stored.cpuMs - before.cpuMs,
    wallMs: stored.atMs - before.atMs,
    mergeCpuMs,
    rssMiB,
  }
}

/** CPU from the end of the feed until nothing more is to be done, less what an idle collector takes. */
async function costOfMerges(process: MeasuredProcess): Promise<number> {
  const beginMs = process.cpuMs()
  await pass(MERGES_AFTER_MS)
  let endMs = await untilIdle(process)
  const idleFromMs = performance.now()
  await pass(5_000)
  const idlePerMs = (process.cpuMs() - endMs) / (performance.now() - idleFromMs)
  endMs -= idlePerMs * MERGES_AFTER_MS
  return Math.max(0, endMs - beginMs)
}

/** Resolves with the CPU time at which the program came to rest: less than a tenth of a core over two seconds. */
async function untilIdle(process: MeasuredProcess): Promise<number> {
  for (let lastMs = process.cpuMs(); ;) {
    await pass(2_000)
    const nowMs = process.cpuMs()
    if (nowMs - lastMs < 200) return nowMs
    lastMs = nowMs
  }
}

/** Each agent sends all that the window takes, at once: what a backlog or a busy network looks like. */
async function firehose(
  links: readonly AgentLink[],
  intervals: Iterable<HostInterval>,
): Promise<number> {
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
  return queues.reduce((sum, queue) => sum + queue.length, 0) * HOST_SHAPES.length
}

/** One frame at a time, evenly spread: each is a read of its own at the collector. */
async function paced(
  links: readonly AgentLink[],
  intervals: Iterable<HostInterval>,
): Promise<number> {
  let dueMs = performance.now()
  let sent = 0
  for (const { host, timeMs, values } of intervals) {
    const aheadMs = dueMs - performance.now()
    if (aheadMs > 0) await pass(aheadMs)
    // What was missed is not caught up: it would come in one read.
    dueMs = Math.max(dueMs, performance.now() - MISSED_MS) + 1000 / PACED_PER_SECOND
    const link = links[host]!
    while (!link.hasRoom) await link.nextAcknowledgement()
    link.send(timeMs, values)
    sent++
  }
  await Promise.all(links.map((link) => link.untilAllAcknowledged()))
  return sent * HOST_SHAPES.length
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
  for (const { host, timeMs, values } of data(HOSTS, HOURS)) {
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

function perSecond({ samples, cpuMs, mergeCpuMs }: Cost): number {
  return samples / (cpuMs + mergeCpuMs) / 1000
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
if (wanted('batched'))
  rows.push(row('batched', await measureCollector(HOSTS, HOURS, firehose), peer))
if (wanted('paced'))
  rows.push(
    row('one frame per read', await measureCollector(PACED_HOSTS, PACED_HOURS, paced), peer),
  )
if (peer !== undefined) rows.push(row('VictoriaMetrics, line protocol', peer, peer))
printTable(`pipeline: ${HOST_SHAPES.length} series and ${RULES} rules an agent`, rows)
console.log(
  'goals: batched >= 5 M samples per CPU-second (>= 4 x VictoriaMetrics), one frame per read >= 3 M (>= 2.4 x)\n' +
    'Our dictionary names a series once a connection; VictoriaMetrics parses labels with every line, so a part of the ratio is the protocols’.',
)
