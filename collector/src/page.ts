import type { ClosingStack } from '@wardround/program'
import type { CollectorSettings } from './configuration/settings.ts'
import type { Consumers } from './consumers.ts'
import type { Foundations } from './foundations.ts'
import { AgentRows } from './live/agent-rows.ts'
import { CollectorChanges } from './live/collector-changes.ts'
import { CurrentValues } from './live/current-values.ts'
import { standingOf } from './notify/alert-standing.ts'
import { LiveStream } from './live/live-stream.ts'
import {
  openProjectWatch,
  type ProjectWatch,
  type ProjectWatchParts,
} from './projects/project-watch.ts'

/** What people look at: hosts with their newest values, and what changes. */
export interface Page {
  readonly current: CurrentValues
  readonly rows: AgentRows
  readonly changes: CollectorChanges
  readonly stream: LiveStream
  /** What is held against project files. */
  readonly watch: ProjectWatch
}

export function openPage(
  parts: Pick<ProjectWatchParts, 'log' | 'nowMs'> & {
    readonly settings: Pick<CollectorSettings, 'isDemo'>
  },
  foundations: Foundations,
  consumers: Consumers,
  stack: ClosingStack,
): Page {
  const { table, registry, hosts, tokens, subjects } = foundations
  const { alerting } = consumers
  const current = new CurrentValues(table)
  const expectedHosts = () => tokens.names('agent')
  const rows = new AgentRows({
    registry,
    hosts,
    current,
    subjects,
    expectedHosts,
    nowMs: parts.nowMs,
  })
  const changes = new CollectorChanges({
    rows,
    current,
    alerts: () => alerting.listAlerts(),
    standingOf: (alert) => alerting.dispatching.look((dispatcher) => standingOf(dispatcher, alert)),
  })
  alerting.onTransition(() => changes.alertChanged())
  const timeZone = () => alerting.dispatching.look((dispatcher) => dispatcher.timeZone)
  const watch = stack.use(openProjectWatch({ ...parts, ...foundations, ...consumers }))
  return {
    current,
    rows,
    changes,
    stream: stack.use(new LiveStream(changes, timeZone, parts.settings)),
    watch,
  }
}
