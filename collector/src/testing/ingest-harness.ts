import { type FileLayer, type Journal, openJournal } from '@wardround/journal'
import { openLog } from '@wardround/program'
import { SeriesTable } from '@wardround/protocol'
import { fastify } from 'fastify'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AcceptedBatch } from '../accepted-batch.ts'
import { ClosingStack } from '@wardround/program'
import { openAdmission } from '../ingest/admission.ts'
import { addAgentRoute, registerWebSockets } from '../ingest/agent-route.ts'
import { AgentRegistry } from '../ingest/agent-registry.ts'
import { HostDirectory, type HostEntry } from '../ingest/host-directory.ts'
import { Ingest, type IngestDeadlines, type IngestParts } from '../ingest/ingest.ts'
import { type IntakeFailure, JournalWriter, SegmentEncoders } from '../ingest/journal-writer.ts'
import { replayJournal } from '../ingest/replay.ts'
import { SeriesCensus } from '../ingest/series-census.ts'
import type { IdentityConflict } from '../ingest/succession.ts'
import { SubjectBook, type SubjectBookParts } from '../ingest/subject-book.ts'
import { tokenIdentity } from '../ingest/token-identity.ts'
import { hashToken } from '../state/token.ts'
import { AgentClient } from './agent-client.ts'

export interface HarnessOptions {
  /** Where the journal is kept; a fresh directory by default. */
  readonly directory?: string
  readonly files?: FileLayer
  readonly segmentBytes?: number
  readonly hosts?: readonly HostEntry[]
  readonly isDemo?: boolean
  readonly limits?: Partial<IngestParts['limits']>
  readonly deadlines?: Partial<IngestDeadlines>
  readonly refusal?: () => IntakeFailure | undefined
  readonly nowMs?: () => number
  readonly monotonicMs?: () => number
  /** Sees each accepted batch first; what it throws is thrown by the intake. */
  readonly onTake?: (batch: AcceptedBatch) => void
  readonly connectionsPerSecond?: number
  readonly maxWaiting?: number
  /** Where it is kept who polls what; nowhere by default. */
  readonly subjects?: SubjectBookParts['storage']
}

/** Token of the agent of a host in the harness. */
export function tokenOf(host: string): string {
  return `wra_${host}`
}

const HOSTS = ['db1', 'db2', 'db3']

/** Ingest and journal as the collector puts them together, without what comes behind them. */
export class IngestHarness implements AsyncDisposable {
  readonly registry = new AgentRegistry()
  readonly table: SeriesTable
  readonly taken: AcceptedBatch[] = []
  readonly durable: AcceptedBatch[] = []
  readonly conflicts: IdentityConflict[] = []
  readonly left: string[] = []
  /** Close codes of connections that are over. */
  readonly closed: number[] = []
  readonly clocks: string[] = []
  readonly joined: string[] = []
  /** Devices that an agent may not speak for, behind its host. */
  readonly strangers: string[] = []
  readonly refused: string[] = []
  readonly stack = new ClosingStack()
  readonly directory: string
  readonly journal: Journal
  readonly encoders: SegmentEncoders
  readonly ingest: Ingest
  readonly subjects: SubjectBook
  readonly writer: JournalWriter
  port = 0

  private constructor(
    directory: string,
    journal: Journal,
    table: SeriesTable,
    encoders: SegmentEncoders,
    subjects: SubjectBook,
    options: HarnessOptions,
  ) {
    this.directory = directory
    this.table = table
    this.journal = journal
    this.encoders = encoders
    this.subjects = subjects
    const log = openLog({ name: 'test', level: 'silent' })
    this.writer = new JournalWriter({
      journal,
      encoders,
      refusal: options.refusal ?? (() => undefined),
      onDurable: (batch) => void this.durable.push(batch),
      onUnwritten: () => undefined,
      onRecovered: () => this.ingest.askForDeferred(),
      log,
      probeEveryMs: 20,
    })
    this.ingest = new Ingest({
      table: this.table,
      census: new SeriesCensus(this.table),
      otherSeries: () => [],
      hosts: new HostDirectory(options.hosts ?? []),
      registry: this.registry,
      subjects,
      isDemo: options.isDemo ?? false,
      intake: {
        take: (batch) => {
          options.onTake?.(batch)
          this.taken.push(batch)
          return this.writer.append(batch)
        },
      },
      limits: {
        frameBytes: 1_048_576,
        seriesPerSubject: 5_000,
        seriesPerAgent: 500_000,
        window: { batches: 64, bytes: 1_048_576 },
        inFlightBytes: 256 * 1_048_576,
        ...options.limits,
      },
      deadlines: { helloMs: 60_000, silenceMs: 40_000, answerMs: 20_000, ...options.deadlines },
      log,
      nowMs: options.nowMs ?? Date.now,
      monotonicMs: options.monotonicMs ?? (() => performance.now()),
      onJoined: ({ agent, epoch }) => void this.joined.push(`${agent.host} ${epoch}`),
      onPing: () => undefined,
      onClockJudged: ({ host }, { corrected }) => void this.clocks.push(`${host} ${corrected}`),
      onSubjectRefused: ({ host }, subject) => void this.strangers.push(`${host} ${subject}`),
      onLeft: ({ agent }, reason) => void this.left.push(`${agent.host}: ${reason}`),
      onClosed: (_session, code) => void this.closed.push(code),
      onConflict: (conflict) => void this.conflicts.push(conflict),
    })
  }

  static async start(options: HarnessOptions = {}): Promise<IngestHarness> {
    const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'wardround-ingest-')))
    const table = new SeriesTable()
    const encoders = new SegmentEncoders(table)
    let harness: IngestHarness | undefined
    const journal = await openJournal({
      directory: join(directory, 'journal'),
      maxBytes: 1024 ** 3,
      maxAgeMs: Infinity,
      whenFull: 'refuse',
      segmentBytes: options.segmentBytes ?? 1_048_576,
      reserve: { fraction: 0, bytes: 0 },
      segmentHead: (segment) => encoders.head(segment, harness?.registry.heldRanges() ?? []),
      ...(options.files === undefined ? {} : { files: options.files }),
    })
    const subjects = await SubjectBook.open({
      storage: options.subjects ?? {
        list: async () => [],
        put: async () => {},
        remove: async () => {},
      },
      isHost: (name) => HOSTS.includes(name),
      nowMs: options.nowMs ?? Date.now,
      log: openLog({ name: 'test', level: 'silent' }),
    })
    harness = new IngestHarness(directory, journal, table, encoders, subjects, options)
    await harness.#listen(options)
    return harness
  }

  /** A connected agent that hasn't said hello. */
  connect(host = 'db1'): Promise<AgentClient> {
    return AgentClient.connect(this.port, { token: tokenOf(host) })
  }

  /** An agent that has been welcomed. */
  async join(host = 'db1', hello: Parameters<AgentClient['join']>[0] = {}): Promise<AgentClient> {
    const client = await this.connect(host)
    await client.join(hello)
    return client
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stack[Symbol.asyncDispose]()
  }

  async #listen({
    connectionsPerSecond = 1000,
    maxWaiting = 100,
    directory,
  }: HarnessOptions): Promise<void> {
    if (directory === undefined) this.stack.defer(() => rm(this.directory, { recursive: true }))
    this.stack.use(this.journal)
    this.stack.use(this.writer)
    this.stack.use(this.ingest)
    const log = openLog({ name: 'test', level: 'silent' })
    await replayJournal(this.journal, this.table, this.registry, [], log)
    const hashes = new Map(HOSTS.map((host) => [hashToken(tokenOf(host)), host]))
    const app = fastify({ forceCloseConnections: true })
    await registerWebSockets(app)
    addAgentRoute(app, {
      ingest: this.ingest,
      identities: tokenIdentity({ nameOf: (_kind, hash) => hashes.get(hash) }),
      admission: openAdmission({ perSecond: connectionsPerSecond, maxWaiting }, () =>
        performance.now(),
      ),
      onRefused: (_address, code) => void this.refused.push(code),
    })
    await app.listen({ host: '127.0.0.1', port: 0 })
    this.stack.defer(async () => {
      await Promise.all([this.ingest.closeAll(), app.close()])
    })
    const address = app.server.address()
    this.port = typeof address === 'object' && address !== null ? address.port : 0
  }
}
