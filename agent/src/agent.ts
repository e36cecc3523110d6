import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { FileLayer } from '@wardround/journal'
import { newEpoch, SeriesTable } from '@wardround/protocol'
import {
  ClosingStack,
  lockStateDirectory,
  readSecret,
  type Logger,
} from '@wardround/program/running'
import { listenForControl } from './agent-control.ts'
import { Batching } from './batch.ts'
import { readBootId } from './boot-id.ts'
import { systemClocks, systemTimers, type Clocks, type Timers } from './clocks.ts'
import { Ledger } from './ledger.ts'
import { loadProbes, type LoadedProbes } from './load-probes.ts'
import { Outbox } from './outbox.ts'
import { ProbeBoard } from './probe-board.ts'
import type { Probe } from './probe.ts'
import { openProbes } from './probe-runners.ts'
import { listenForReports } from './report-socket.ts'
import { startScheduler } from './scheduler.ts'
import type { AgentSettings } from './settings.ts'
import { agentSource } from './sources/agent.ts'
import type { Source } from './source.ts'
import { SourceBoard } from './source-standing.ts'
import { Uplink, type UplinkOptions } from './uplink.ts'
import { VERSION } from './version.ts'
import { VitalSigns } from './vital-signs.ts'

/** What an agent is made of beside its settings; tests give probes of their own. */
export interface AgentParts {
  readonly log: Logger
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly probes?: readonly Probe[]
  readonly sources?: readonly Source<unknown>[]
  readonly clocks?: Clocks
  readonly timers?: Timers
  readonly files?: FileLayer
}

/** A running agent. Disposing it stops the probes, writes what is unacknowledged to the outbox on disk, and lets the state directory go. */
export interface Agent extends AsyncDisposable {
  readonly epoch: string
  readonly ledger: Ledger
  readonly outbox: Outbox
  readonly uplink: Uplink
  readonly board: ProbeBoard
  readonly vitalSigns: VitalSigns
}

const CLOSE_BATCH_AFTER_MS = 200
const STOP_WAIT_MS = 3_000
const DRAIN_WITHIN_MS = 2_000
const LONGEST_BATCH_INTERVAL_MS = 86_400_000

/**
 * Starts an agent: probes ──> batches ──> outbox ──> uplink. It collects from the first moment on, whether a collector answers or not.
 * @throws StateLockedError when another agent owns the state directory
 */
export async function startAgent(settings: AgentSettings, parts: AgentParts): Promise<Agent> {
  const stack = new ClosingStack()
  try {
    stack.use(await lockStateDirectory(settings.state, 'wardround-agent'))
    const agent = await openPipeline(settings, parts, stack)
    return { ...agent, [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose]() }
  } catch (error) {
    await stack[Symbol.asyncDispose]()
    throw error
  }
}

/** What all parts share. */
function openBasics(parts: AgentParts) {
  const { log, clocks = systemClocks, timers = systemTimers } = parts
  return {
    log,
    clocks,
    timers,
    table: new SeriesTable(),
    ledger: new Ledger(),
    board: new ProbeBoard(),
    sourceBoard: new SourceBoard(clocks),
  }
}

/** How a probe without an entry in the settings runs. */
function defaultRun(everySeconds: number): { enabled: boolean; everyMs: number } {
  return { enabled: true, everyMs: everySeconds * 1000 }
}

/** The interval of the batches: that of the probes that run most often. */
function shortestIntervalMs(settings: AgentSettings, probes: readonly Probe[]): number {
  const intervals = probes
    .map(({ name, everySeconds }) => settings.probes.get(name) ?? defaultRun(everySeconds))
    .filter(({ enabled }) => enabled)
    .map(({ everyMs }) => everyMs)
  return Math.min(LONGEST_BATCH_INTERVAL_MS, ...intervals)
}

/** What the collector is told of this agent. */
function describeAgent(settings: AgentSettings, probes: readonly Probe[]): UplinkOptions['about'] {
  return {
    host: settings.host,
    version: VERSION,
    platform: process.platform,
    capabilities: [],
    everySeconds: shortestIntervalMs(settings, probes) / 1000,
  }
}

/** From the far end back to the probes, so that whatever is opened finds what it hands its work to. */
async function openPipeline(
  settings: AgentSettings,
  parts: AgentParts,
  stack: ClosingStack,
): Promise<Omit<Agent, keyof AsyncDisposable>> {
  const basics = openBasics(parts)
  const { ledger, board, clocks, timers } = basics
  const loaded = await loadProbes(settings.sources)
  const probes = parts.probes ?? loaded.probes
  const outbox = stack.use(
    await Outbox.open({
      ...basics,
      ...settings.outbox,
      ...(parts.files === undefined ? {} : { files: parts.files }),
      directory: join(settings.state, 'outbox'),
      epoch: newEpoch(randomBytes(8)),
      bootId: readBootId(clocks),
    }),
  )
  const uplink = stack.use(
    new Uplink({
      ...basics,
      outbox,
      urls: settings.urls,
      readToken: async () => (await readSecret(settings.token, parts.environment)).reveal(),
      about: describeAgent(settings, probes),
      deadlines: settings.uplink,
      backOff: settings.uplink.backOff,
    }),
  )
  // Whoever answers is let answer, so that a normal stop writes nothing either.
  stack.defer(() => uplink.drain(DRAIN_WITHIN_MS))
  const sink = stack.use(
    new Batching({
      timers,
      closeAfterMs: CLOSE_BATCH_AFTER_MS,
      onBatch: (closed) => outbox.append(closed),
      onDropped: (reason, samples) => ledger.refuse(reason, samples),
    }),
  )
  await startProbes(settings, parts, { ...basics, outbox, uplink, sink, ...loaded, probes }, stack)
  const everyMs = shortestIntervalMs(settings, probes)
  const vitalSigns = new VitalSigns({ ledger, outbox, clocks, everyMs })
  return { epoch: outbox.epoch, ledger, outbox, uplink, board, vitalSigns }
}

interface ProbingParts extends ReturnType<typeof openBasics>, LoadedProbes {
  readonly outbox: Outbox
  readonly uplink: Uplink
  readonly sink: Batching
}

/** The near end: sources, their probes, and what makes them run. */
async function startProbes(
  settings: AgentSettings,
  parts: AgentParts,
  open: ProbingParts,
  stack: ClosingStack,
): Promise<void> {
  const { ledger, outbox, uplink, board, sourceBoard, sink, clocks, timers } = open
  const opened = await openProbes({
    ...open,
    settings,
    stack,
    environment: parts.environment,
    sources: [
      agentSource({ ledger, outbox, uplink, board, sources: sourceBoard }),
      ...(parts.sources ?? open.sources),
    ],
  })
  if (opened.sources.length + opened.listening.length > 0)
    stack.use(await listenForControl(settings.state, opened, parts))
  stack.use(await listenForReports(settings, opened.listening, parts))
  stack.use(
    startScheduler({
      host: settings.host,
      tasks: opened.tasks,
      clocks,
      timers,
      stopWaitMs: STOP_WAIT_MS,
      onSettled: () => sink.flush(),
    }),
  )
}
