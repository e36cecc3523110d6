import type { Logger } from '@wardround/program'
import { AgentEvents } from './ingest/agent-events.ts'
import type { ClosingStack } from '@wardround/program'
import type { Consumers } from './consumers.ts'
import type { Foundations } from './foundations.ts'
import type { HeartbeatSender } from './heartbeat/heartbeat-sender.ts'
import { OwnMetrics, type OwnMetricsParts } from './http/own-metrics.ts'
import { type Admission, openAdmission } from './ingest/admission.ts'
import type { AgentRouteParts } from './ingest/agent-route.ts'
import { ConnectionLog } from './ingest/connection-log.ts'
import { Ingest } from './ingest/ingest.ts'
import type { JournalWriter } from './ingest/journal-writer.ts'
import { tokenIdentity } from './ingest/token-identity.ts'
import { openIntake } from './intake.ts'
import { openWrites, type Writes } from './open-writes.ts'
import type { Page } from './page.ts'
import { lossesOf } from './readiness/losses.ts'
import { openReach } from './reach/open-reach.ts'
import type { Ping } from './reach/ping.ts'
import type { OwnNetwork } from './reach/own-network.ts'
import type { ReachWatch } from './reach/reach-watch.ts'
import type { ResolvedConfig } from './configuration/resolve-config.ts'
import type { CollectorSettings } from './configuration/settings.ts'
import { SeriesCensus } from './ingest/series-census.ts'

/** Where agents come in. */
export interface Entrance extends Writes {
  readonly ingest: Ingest
  readonly writer: JournalWriter
  readonly metrics: OwnMetrics
  /** What the agents' route needs. */
  readonly agents: AgentRouteParts
}

export interface EntranceParts {
  readonly settings: CollectorSettings
  readonly resolved: Pick<ResolvedConfig, 'catalogue'>
  /** For tests of faults. */
  readonly ping: Ping
  readonly network: OwnNetwork
  readonly sender: HeartbeatSender
  readonly log: Logger
  readonly nowMs: () => number
  readonly monotonicMs: () => number
}

export function openEntrance(
  parts: EntranceParts,
  foundations: Foundations,
  consumers: Consumers,
  page: Page,
  stack: ClosingStack,
): Entrance {
  const { settings, log, monotonicMs } = parts
  const { intake, writer } = openIntake({
    ...consumers,
    ...page,
    log,
    probeEveryMs: settings.deadlines.probeMs,
    onRecovered: () => ingest.askForDeferred(),
  })
  stack.use(writer)
  const connections = stack.use(
    new ConnectionLog({
      record: (seen) => foundations.state.agents.record(seen),
      onDropped: (changes) => metrics.connectionChangesDropped(changes),
      everyMs: 1_000,
      log,
    }),
  )
  const census = new SeriesCensus(foundations.table)
  const writes = openWrites(parts, foundations, { page, intake, census })
  const { lines } = writes
  const ingest: Ingest = stack.use(
    new Ingest({
      ...parts,
      ...settings,
      ...foundations,
      census,
      otherSeries: () => lines.seriesInUse(),
      intake,
      onJoined: (session, hello) => events.joined(session, hello),
      onLeft: (session, reason) => events.left(session, reason),
      onClosed: (session, code) => events.closed(session, code),
      onConflict: (conflict) => events.conflicted(conflict),
      onPing: (agent) => events.pinged(agent),
      onClockJudged: (agent, reading) => events.clockJudged(agent, reading),
      onSubjectRefused: (agent, subject, refusal) => events.subjectRefused(agent, subject, refusal),
    }),
  )
  const admission = openAdmission(settings.admission, monotonicMs)
  const reach = openReach({ ...parts, ...foundations, ...consumers }, stack)
  const watches = { ...parts, reach }
  const metrics: OwnMetrics = openMetrics(foundations, consumers, page, ingest, admission, {
    ...watches,
    lines,
  })
  const events = openEvents(parts, foundations, consumers, page, metrics, connections, reach)
  const agents: AgentRouteParts = {
    ingest,
    identities: tokenIdentity(foundations.tokens),
    admission,
    onRefused: (address, code) => events.connectionRefused(address, code),
  }
  return { ingest, writer, metrics, agents, ...writes }
}

function openMetrics(
  foundations: Foundations,
  consumers: Consumers,
  { stream, watch }: Page,
  ingest: Ingest,
  admission: Admission,
  {
    reach,
    network,
    sender,
    lines,
  }: Pick<OwnMetricsParts, 'reach' | 'network' | 'sender' | 'lines'>,
): OwnMetrics {
  const alertCount = () => consumers.alerting.listAlerts().length
  return new OwnMetrics({
    ...foundations,
    ...consumers,
    ingest,
    admission,
    stream,
    watch,
    reach,
    network,
    sender,
    lines,
    alertCount,
    losses: () => lossesOf({ ...consumers, ...consumers.desk }),
  })
}

function openEvents(
  { log, nowMs }: EntranceParts,
  { state }: Foundations,
  { alerting }: Consumers,
  { changes }: Page,
  metrics: OwnMetrics,
  connections: ConnectionLog,
  reach: ReachWatch,
): AgentEvents {
  return new AgentEvents({ alerting, reach, connections, changes, metrics, state, log, nowMs })
}
