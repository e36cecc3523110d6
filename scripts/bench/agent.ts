// The agent as it is released (one file, lean flags), all host probes, connected to a collector, beside node_exporter and collectd on the same
// machine at the same time: CPU in three windows of a minute, memory, writes, child processes, bytes on the wire. Then 10,000 cycles in fast motion.
// --long: the windows are followed by 10 minutes for writes and child processes. --cycles-only: just the fast motion.
import { readFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { startTcpProxy } from '../../tests/support/tcp-proxy.ts'
import { measureCycles } from './agent-cycles.ts'
import { startCollectd, startNodeExporter, type AgentPeer } from './agent-peers.ts'
import { startBundledAgent } from './bundled-agent.ts'
import { BundledCollector, openBenchDirectory, pass } from './bundled-collector.ts'
import type { MeasuredProcess } from './measured-process.ts'
import { systemdLine } from './peers.ts'
import { median, printTable } from './table.ts'

/** Past what the agent does once: it reads the inventory, and gives back after a minute what only its start needed. */
const WARM_UP_MS = 75_000
const WINDOW_MS = 60_000
const WINDOWS = 3
const LONG_MS = 600_000
const isLong = process.argv.includes('--long')
const RECEIVED = 'wardround_collector_agent_samples_received_total'

interface Subject {
  readonly name: string
  readonly process: MeasuredProcess
}

async function compare(): Promise<void> {
  await using directory = await openBenchDirectory()
  await using collector = await BundledCollector.start(join(directory.path, 'collector'))
  await using proxy = await startTcpProxy(collector.port)
  let wireBytes = 0
  proxy.onBytes = (direction, bytes) => {
    if (direction === 'up') wireBytes += bytes.length
  }
  const url = `ws://127.0.0.1:${proxy.port}/agent/v1`
  const token = await collector.createToken('agent')
  await using agent = await startBundledAgent({
    name: 'agent',
    directory: directory.path,
    url,
    token,
  })
  await using exporter = await startNodeExporter()
  await using collectd = await startCollectd(directory.path)
  const execLog = join(directory.path, 'exec.log')
  await using watched = await startWatched(directory.path, collector, execLog)

  await pass(WARM_UP_MS)
  const before = {
    written: agent.writtenBytes(),
    execs: countExecs(execLog),
    samples: await collector.metric(RECEIVED),
    wireBytes,
  }
  const peers = [exporter, collectd].filter((peer): peer is AgentPeer => peer !== undefined)
  await reportCpu({ name: 'wardround-agent', process: agent }, peers)
  const samples = (await collector.metric(RECEIVED)) - before.samples
  const sentBytes = wireBytes - before.wireBytes
  if (isLong) await pass(LONG_MS - WINDOWS * WINDOW_MS)
  const samplesInAll = await collector.metric(RECEIVED)
  const minutes = isLong ? LONG_MS / 60_000 : (WINDOWS * WINDOW_MS) / 60_000
  // collector.metric adds up all agents; the watched one collects the same
  const share = watched === undefined ? 1 : 2
  printTable(`agent, ${minutes} min after warm-up`, [
    { what: 'bytes on the wire per sample', value: sentBytes / (samples / share), goal: '<= 2.5' },
    { what: 'samples per minute', value: samples / share / WINDOWS, goal: '' },
    {
      what: 'samples collected in all',
      value: Math.round(samplesInAll / share),
      goal: '',
    },
    {
      what: 'bytes written to storage',
      value: agent.writtenBytes() - before.written,
      goal: '0',
    },
    {
      what: 'programs started (counted in a second agent under strace)',
      value: watched === undefined ? 'no strace' : countExecs(execLog) - before.execs,
      goal: 'without systemd: the inventory child alone',
    },
  ])
  const counted = Map.groupBy(
    readExecs(execLog).slice(2),
    (line) => /execve\("([^"]+)"/.exec(line)?.[1],
  )
  const started = [...counted].map(([program, lines]) => `${program} ${lines.length}`)
  console.log(
    `programs started in all, the warm-up with its inventory included: ${started.join(', ')}`,
  )
}

/** CPU of all in the same windows, memory at their end. */
async function reportCpu(agent: Subject, peers: readonly Subject[]): Promise<void> {
  const subjects = [agent, ...peers]
  const windows = subjects.map((): number[] => [])
  for (let i = 0; i < WINDOWS; i++) {
    const starts = subjects.map(({ process }) => process.cpuMs())
    const startMs = performance.now()
    await pass(WINDOW_MS)
    const minutes = (performance.now() - startMs) / 60_000
    for (const [at, { process }] of subjects.entries())
      windows[at]!.push((process.cpuMs() - starts[at]!) / minutes)
  }
  const ownMs = median(windows[0]!)
  printTable(
    `agent: CPU and memory beside peers (${systemdLine()})`,
    subjects.map(({ name, process }, at) => {
      const { rssMiB, pssMiB, anonymousMiB, processes } = process.memory()
      return {
        program: name,
        'CPU ms/min': windows[at]!.map((ms) => ms.toFixed(0)).join(' '),
        median: median(windows[at]!),
        'agent / this': ownMs / median(windows[at]!),
        'RSS MB': toMB(rssMiB),
        'PSS MB': toMB(pssMiB),
        'anonymous MB': toMB(anonymousMiB),
        processes,
      }
    }),
  )
  console.log(
    'goals: CPU <= 1.0 x collectd (stretch 0.8), <= 0.6 x node_exporter (stretch 0.45); RSS <= 68 MB, of it <= 20 MB anonymous',
  )
}

/** A second agent that does the same under strace, which would spoil the first one's CPU time. Undefined without strace. */
async function startWatched(
  directory: string,
  collector: BundledCollector,
  log: string,
): Promise<MeasuredProcess | undefined> {
  if (!existsSync('/usr/bin/strace')) return undefined
  return startBundledAgent({
    name: 'watched',
    directory,
    url: collector.agentUrl,
    token: await collector.createToken('watched'),
    under: ['/usr/bin/strace', '-f', '--seccomp-bpf', '-qq', '-e', 'trace=execve', '-o', log],
  })
}

function readExecs(log: string): string[] {
  if (!existsSync(log)) return []
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line.includes('execve(') && line.endsWith('= 0'))
}

function countExecs(log: string): number {
  return readExecs(log).length
}

function toMB(mebibytes: number): number {
  return mebibytes * 1.048576
}

if (!process.argv.includes('--cycles-only')) await compare()
if (!process.argv.includes('--no-cycles')) await measureCycles()
