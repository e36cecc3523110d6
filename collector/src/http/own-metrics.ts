import type { Journal } from '@wardround/journal'
import { CLOSE_CODES, type SeriesTable } from '@wardround/protocol'
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client'
import type { Admission } from '../ingest/admission.ts'
import type { AgentRegistry } from '../ingest/agent-registry.ts'
import { formatHeartbeats } from './heartbeat-text.ts'
import type { Ingest } from '../ingest/ingest.ts'
import type { JournalConsumers } from '../ingest/journal-consumers.ts'
import type { LiveStream } from '../live/live-stream.ts'
import type { ProjectDesk } from '../projects/project-desk.ts'
import type { State } from '../state/state.ts'
import type { RemoteStores } from '../store/remote/remote-stores.ts'
import type { Store } from '../store/store.ts'
import { withinDeadline } from '../readiness/within-deadline.ts'
import type { SeenPoints } from '../projects/seen-points.ts'
import type { OwnNetwork } from '../reach/own-network.ts'
import type { ReachWatch } from '../reach/reach-watch.ts'
import type { HeartbeatSender } from '../heartbeat/heartbeat-sender.ts'
import type { Losses } from '../readiness/losses.ts'
import type { LineIngest } from '../lines/line-ingest.ts'
import { formatLedgers } from './ledger-text.ts'
import { formatWrites } from './write-text.ts'
import { formatLosses } from './loss-text.ts'
import { formatProjects } from './project-text.ts'
import { formatRemoteStores } from './remote-store-text.ts'
import { formatNotices, formatStore, formatStoreGone } from './worker-text.ts'

export interface OwnMetricsParts {
  readonly registry: AgentRegistry
  readonly table: SeriesTable
  readonly journal: Journal
  readonly progress: Pick<JournalConsumers, 'positions'>
  readonly store: Store
  readonly remotes: Pick<RemoteStores, 'status'>
  readonly state: Pick<State, 'notices'>
  readonly ingest: Pick<Ingest, 'inFlight'>
  readonly lines: Pick<LineIngest, 'ledger'>
  readonly admission: Admission
  readonly stream: LiveStream
  readonly reach: Pick<ReachWatch, 'counts'>
  readonly network: Pick<OwnNetwork, 'frozen' | 'targets'>
  readonly sender: Pick<HeartbeatSender, 'status'>
  readonly desk: Pick<ProjectDesk, 'status'>
  readonly watch: { readonly seen: Pick<SeenPoints, 'leftOut'> }
  alertCount(): number
  /** What alerts, notices and incidents had no room for. */
  losses(): Losses
  /** In which the workers must answer; shorter in tests alone. */
  readonly deadlineMs?: number
}

/** Of the default metrics: they tell nothing that connections and queues of our own don't, and are gauges that are called totals. */
const UNWANTED = ['handles', 'requests', 'resources'].flatMap((what) => [
  `nodejs_active_${what}`,
  `nodejs_active_${what}_total`,
])

/** The collector's own metrics. */
export class OwnMetrics {
  readonly #registry = new Registry()
  readonly #parts: OwnMetricsParts
  readonly #refusedConnections: Counter<'code'>
  readonly #closedConnections: Counter<'code'>
  readonly #droppedChanges: Counter
  readonly #identityConflicts: Counter

  constructor(parts: OwnMetricsParts) {
    this.#parts = parts
    const registers = [this.#registry]
    this.#refusedConnections = new Counter({
      name: 'wardround_collector_connections_refused_total',
      help: 'Agent connections refused before the upgrade, by reason.',
      labelNames: ['code'],
      registers,
    })
    this.#closedConnections = new Counter({
      name: 'wardround_collector_connections_closed_total',
      help: 'Agent connections that are over, by close code.',
      labelNames: ['code'],
      registers,
    })
    this.#droppedChanges = new Counter({
      name: 'wardround_collector_connection_changes_dropped_total',
      help: 'Comings and goings of agents that were not recorded: too many waited for the state.',
      registers,
    })
    this.#identityConflicts = new Counter({
      name: 'wardround_collector_identity_conflicts_total',
      help: 'Connections refused because another process of the same identity answers.',
      registers,
    })
    collectDefaultMetrics({ register: this.#registry })
    for (const name of UNWANTED) this.#registry.removeSingleMetric(name)
    this.#addGauges()
    this.#addBacklog()
    this.#addHosts()
    this.#addOwnNetwork()
  }

  connectionRefused(code: string): void {
    this.#refusedConnections.inc({ code })
  }

  /** The other end may give any code: those of no table are one series. */
  connectionClosed(code: number): void {
    this.#closedConnections.inc({ code: code in CLOSE_CODES ? String(code) : 'other' })
  }

  connectionChangesDropped(changes: number): void {
    this.#droppedChanges.inc(changes)
  }

  identityConflict(): void {
    this.#identityConflicts.inc()
  }

  /** Prometheus's text format, version 0.0.4. */
  async format(): Promise<string> {
    const [own, store, remotes, notices] = await Promise.all([
      this.#registry.metrics(),
      this.#formatStore(),
      this.#parts.remotes.status().then(formatRemoteStores),
      this.#formatNotices(),
    ])
    return [
      own,
      store,
      remotes,
      notices,
      formatLosses(this.#parts.losses()),
      formatLedgers(this.#parts.registry),
      formatWrites(this.#parts.lines.ledger),
      formatHeartbeats(this.#parts.sender.status()),
      formatProjects(this.#parts.desk.status()),
    ].join('\n')
  }

  #addGauges(): void {
    const { registry, table, journal, ingest, admission, stream } = this.#parts
    const connected = () => [...registry].filter(({ session }) => session !== undefined).length
    this.#gauge('agents_connected', 'Agents connected now.', connected)
    this.#gauge('series_known', 'Series since the start.', () => table.size)
    this.#gauge('in_flight_bytes', 'Received and not yet durable.', () => ingest.inFlight.bytes)
    this.#gauge(
      'connections_paused',
      'Connections that wait because too much is not yet durable.',
      () => ingest.inFlight.pausedConnections,
    )
    this.#gauge('connections_waiting', 'Handshakes in line.', () => admission.waiting)
    this.#gauge('live_readers', 'Pages that follow.', () => stream.clients)
    this.#gauge(
      'project_samples_left_out',
      'Samples since the start that were not held against project files: there were too many points.',
      () => this.#parts.watch.seen.leftOut,
    )
    this.#gauge('alerts_live', 'Alerts pending or firing.', () => this.#parts.alertCount())
    this.#gauge('journal_bytes', 'Bytes of the journal on disk.', () => journal.status().bytes)
    this.#gauge('journal_segments', 'Segments of the journal.', () => journal.status().segments)
    this.#gauge(
      'journal_corrupt_records',
      'Records lost to damage since the start.',
      () => journal.status().corruptRecords,
    )
    this.#gauge('journal_failing', '1 while the journal can not be written.', () =>
      journal.status().failure === undefined ? 0 : 1,
    )
  }

  #addBacklog(): void {
    const { journal, progress } = this.#parts
    void new Gauge({
      name: 'wardround_collector_journal_uncovered_bytes',
      help: 'Bytes of the journal that a consumer has not made safe yet.',
      labelNames: ['consumer'],
      registers: [this.#registry],
      collect() {
        for (const [consumer, position] of progress.positions())
          this.set({ consumer }, journal.bytesFrom(position))
      },
    })
  }

  #addOwnNetwork(): void {
    const { network } = this.#parts
    this.#gauge(
      'network_lost',
      '1 while its own network is lost and incidents are held back.',
      () => (network.frozen === undefined ? 0 : 1),
    )
    void new Gauge({
      name: 'wardround_collector_self_check_reached',
      help: 'Whether the last check of its own network reached a target.',
      labelNames: ['target'],
      registers: [this.#registry],
      collect() {
        this.reset()
        for (const [target, reached] of network.targets()) this.set({ target }, reached ? 1 : 0)
      },
    })
  }

  #addHosts(): void {
    const { reach } = this.#parts
    void new Gauge({
      name: 'wardround_collector_hosts',
      help: 'Hosts of agents by what ping says of them: answers, lost (it did before), unknown.',
      labelNames: ['ping'],
      registers: [this.#registry],
      collect() {
        for (const [ping, count] of reach.counts()) this.set({ ping }, count)
      },
    })
  }

  #gauge(name: string, help: string, read: () => number): void {
    void new Gauge({
      name: `wardround_collector_${name}`,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read())
      },
    })
  }

  /** A worker that is gone or doesn't answer costs what it alone knows. */
  async #formatStore(): Promise<string> {
    try {
      const status = await withinDeadline(this.#parts.store.status(), this.#parts.deadlineMs)
      return formatStore(status)
    } catch {
      // Why is what readiness says.
      return formatStoreGone()
    }
  }

  async #formatNotices(): Promise<string> {
    const { state, deadlineMs } = this.#parts
    try {
      return formatNotices(await withinDeadline(state.notices.counts(), deadlineMs))
    } catch {
      // The collector ends when the state's worker is gone.
      return ''
    }
  }
}
