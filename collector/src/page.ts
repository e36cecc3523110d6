import type { ClosingStack } from '@wardround/program'
import type { Consumers } from './consumers.ts'
import type { Foundations } from './foundations.ts'
import { AgentRows } from './live/agent-rows.ts'
import { CollectorChanges } from './live/collector-changes.ts'
import { CurrentValues } from './live/current-values.ts'
import { LiveStream } from './live/live-stream.ts'

/** What people look at: hosts with their newest values, and what changes. */
export interface Page {
  readonly current: CurrentValues
  readonly rows: AgentRows
  readonly changes: CollectorChanges
  readonly stream: LiveStream
}

export function openPage(
  { table, registry, hosts, tokens, subjects }: Foundations,
  { alerting }: Consumers,
  stack: ClosingStack,
): Page {
  const current = new CurrentValues(table)
  const expectedHosts = () => tokens.names('agent')
  const rows = new AgentRows({ registry, hosts, current, subjects, expectedHosts })
  const changes = new CollectorChanges({ rows, current, alerts: () => alerting.listAlerts() })
  alerting.onTransition(() => changes.alertChanged())
  return { current, rows, changes, stream: stack.use(new LiveStream(changes)) }
}
