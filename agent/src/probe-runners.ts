import { join } from 'node:path'
import type { Platform, SeriesTable } from '@wardround/protocol'
import type { ClosingStack, Logger } from '@wardround/program'
import type { Clocks, Timers } from './clocks.ts'
import type { ProbeBoard, ProbeState } from './probe-board.ts'
import type { Probe } from './probe.ts'
import { ProbeRunner } from './run-probe.ts'
import { RunReporter } from './run-report.ts'
import type { SampleSink } from './sample-sink.ts'
import type { ScheduledTask } from './scheduler.ts'
import type { AgentSettings } from './settings.ts'
import type { SentStatement, Source, SourceContext } from './source.ts'
import { SourceMemory } from './source-memory.ts'
import { SourceStanding, type SourceBoard } from './source-standing.ts'
import { SourceSession, type SourceSettings } from './source-session.ts'

export interface ProbeRunnersOptions {
  readonly settings: AgentSettings
  readonly probes: readonly Probe[]
  readonly sources: readonly Source<unknown>[]
  readonly table: SeriesTable
  readonly sink: SampleSink
  readonly board: ProbeBoard
  readonly sourceBoard: SourceBoard
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly clocks: Clocks
  readonly timers: Timers
  readonly log: Logger
  /** Takes the sessions, to be closed after the last run. */
  readonly stack: ClosingStack
  /** A command beside the running agent: what it reads of a log is not noted as read. */
  readonly isTrial?: boolean
  /** Told of every statement that is sent. */
  readonly onStatement?: (sent: SentStatement) => void
}

/** What openProbes gives: what the scheduler runs, the sources that can be paused, and those that can be told something. */
export interface OpenedProbes {
  readonly tasks: readonly ScheduledTask[]
  readonly sources: readonly SourceSession[]
  readonly listening: readonly SourceSession[]
}

/** A runner for every probe that can run here, for each entry of its source; the others stand on the board with the reason. */
export async function openProbes(options: ProbeRunnersOptions): Promise<OpenedProbes> {
  const { settings, sources, probes, table, sink, stack } = options
  const reporter = new RunReporter(table, sink, settings.tags)
  const tasks: ScheduledTask[] = []
  const pausable: SourceSession[] = []
  const listening: SourceSession[] = []
  for (const entry of [OWN_SOURCE, ...settings.sources]) {
    const source = sources.find(({ type }) => type === entry.type)
    if (source === undefined) continue
    const session = stack.use(new SourceSession(source, await openContext(source, entry, options)))
    if (isServer(source)) pausable.push(session)
    if (session.verbs.length > 0) listening.push(session)
    for (const probe of probes.filter((candidate) => candidate.source.type === entry.type))
      tasks.push(...openProbe(probe, session, deviceOf(entry), reporter, options))
  }
  return { tasks, sources: pausable, listening }
}

/** An entry that names a subject of its own polls it. */
function deviceOf({ name, options }: SourceSettings): string | undefined {
  return typeof options['subject'] === 'string' ? name : undefined
}

/** The host and the agent are always there; what is sent to a server or device can be paused. */
function isServer({ statements, connects }: Source<unknown>): boolean {
  return statements !== undefined || connects === true
}

async function openContext(
  source: Source<unknown>,
  { name, type, options }: SourceSettings,
  {
    settings,
    probes,
    sourceBoard,
    clocks,
    timers,
    log,
    environment,
    isTrial = false,
    onStatement,
  }: ProbeRunnersOptions,
): Promise<Omit<SourceContext, 'signal'>> {
  const server = isServer(source)
  const own = probes.filter((probe) => probe.source.type === type)
  const row = { name, type }
  return {
    name,
    options,
    statements: [...(source.statements ?? []), ...own.flatMap((probe) => probe.statements ?? [])],
    standing: server ? sourceBoard.add(row) : new SourceStanding(row, clocks, ignoreChange),
    memory: await SourceMemory.open(join(settings.state, 'sources'), name),
    keepsPlaces: !isTrial,
    environment,
    clocks,
    timers,
    log,
    ...(onStatement === undefined ? {} : { onStatement }),
  }
}

/** The host and the agent have no row of their own in `agent_sources`. */
function ignoreChange(): void {}

/** The agent's own source takes no entry in agent.yaml. */
const OWN_SOURCE: SourceSettings = { type: 'agent', name: 'agent', options: {} }

function openProbe(
  probe: Probe,
  source: SourceSession,
  device: string | undefined,
  reporter: RunReporter,
  options: ProbeRunnersOptions,
): ScheduledTask[] {
  const { settings, board, table, sink, clocks, timers, log } = options
  const own = settings.probes.get(probe.name) ?? {
    enabled: true,
    everyMs: probe.everySeconds * 1000,
    options: {},
  }
  const state: ProbeState = !runsOn(probe) ? 'unavailable' : own.enabled ? 'waiting' : 'disabled'
  const standing = board.add({
    name: probe.name,
    target: source.name,
    everySeconds: own.everyMs / 1000,
    state,
    isPolled: device !== undefined,
  })
  if (state !== 'waiting') return []
  return [
    new ProbeRunner({
      probe,
      source,
      options: own.options,
      everyMs: own.everyMs,
      device,
      siteTags: settings.tags,
      table,
      sink,
      reporter,
      standing,
      clocks,
      timers,
      log,
    }),
  ]
}

function runsOn(probe: Probe): boolean {
  const platforms: readonly (Platform | NodeJS.Platform)[] = probe.platforms
  return platforms.includes(process.platform)
}
