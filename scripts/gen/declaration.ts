import type { ProbeDeclaration } from '@wardround/protocol'
import type { Probe } from '../../agent/src/probe.ts'
import { PROBE_MEASUREMENT } from '../../agent/src/run-report.ts'

/** The part of a probe that is plain data, members in a fixed order. */
export function toDeclaration(probe: Probe): ProbeDeclaration {
  return {
    name: probe.name,
    source: probe.source.type,
    platforms: probe.platforms,
    everySeconds: probe.everySeconds,
    cost: probe.cost,
    reads: probe.reads,
    needs: probe.needs,
    help: probe.help,
    measurements: probe.measurements,
  }
}

/** What the runner itself writes, declared as if it were a probe. */
export const RUNNER_DECLARATION: ProbeDeclaration = {
  name: 'agent.runner',
  source: 'agent',
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 10,
  cost: 'cheap',
  reads: { zh: '每个采集项的每次运行', en: 'every run of every probe' },
  needs: 'none',
  help: {
    zh: '每个采集项每次运行的结果；间隔为该采集项自己的间隔',
    en: 'How each run of each probe went; at the interval of that probe',
  },
  measurements: PROBE_MEASUREMENT,
}
