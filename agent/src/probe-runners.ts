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
import type { Source } from './source.ts'
import { SourceSession, type SourceSettings } from './source-session.ts'

export interface ProbeRunnersOptions {
  readonly settings: AgentSettings
  readonly probes: readonly Probe[]
  readonly sources: readonly Source<unknown>[]
  readonly table: SeriesTable
  readonly sink: SampleSink
  readonly board: ProbeBoard
  readonly clocks: Clocks
  readonly timers: Timers
  readonly log: Logger
  /** Takes the sessions, to be closed after the last run. */
  readonly stack: ClosingStack
}

/** A runner for every probe that can run here, for each entry of its source; the others stand on the board with the reason. */
export function openProbes(options: ProbeRunnersOptions): ScheduledTask[] {
  const { settings, sources, probes, table, sink, stack, clocks } = options
  const reporter = new RunReporter(table, sink, settings.tags)
  const entries = [OWN_SOURCE, ...settings.sources]
  return entries.flatMap((entry) => {
    const source = sources.find(({ type }) => type === entry.type)
    if (source === undefined) return []
    const session = stack.use(new SourceSession(source, entry, clocks))
    return probes
      .filter((probe) => probe.source.type === entry.type)
      .flatMap((probe) => openProbe(probe, session, reporter, options))
  })
}

/** The agent's own source takes no entry in agent.yaml. */
const OWN_SOURCE: SourceSettings = { type: 'agent', name: 'agent', options: {} }

function openProbe(
  probe: Probe,
  source: SourceSession,
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
  })
  if (state !== 'waiting') return []
  return [
    new ProbeRunner({
      probe,
      source,
      options: own.options,
      everyMs: own.everyMs,
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
