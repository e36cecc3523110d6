import type { Logger } from '@wardround/program'
import type { Hello, SeriesTable } from '@wardround/protocol'
import { AckQueue } from './ack-queue.ts'
import type { Agent } from './agent.ts'
import type { AgentRegistry } from './agent-registry.ts'
import { AgentSession, type Peer } from './agent-session.ts'
import type { ClockReading } from './clock-error.ts'
import type { HostDirectory } from './host-directory.ts'
import type { Identity } from './identity.ts'
import { InFlight } from './in-flight.ts'
import type { SeriesCensus } from './series-census.ts'
import type { Intake, SessionContext, SessionLimits, SessionSocket } from './session-context.ts'
import type { SubjectBook, SubjectRefusal } from './subject-book.ts'
import { watchIdleConnections } from './idle-connections.ts'
import { type IdentityConflict, succeed } from './succession.ts'

export interface IngestDeadlines {
  /** From the upgrade to the hello. */
  readonly helloMs: number
  /** Without any message a connection is cut. */
  readonly silenceMs: number
  /** In which the holder of an identity must answer when another process claims it. */
  readonly answerMs: number
}

export interface IngestParts {
  readonly table: SeriesTable
  readonly census: SeriesCensus
  readonly hosts: HostDirectory
  readonly registry: AgentRegistry
  readonly subjects: SubjectBook
  readonly intake: Intake
  readonly limits: SessionLimits & { readonly inFlightBytes: number }
  readonly deadlines: IngestDeadlines
  readonly isDemo: boolean
  readonly log: Logger
  readonly nowMs: () => number
  readonly monotonicMs: () => number
  /** Series that are in use beside those of connections. */
  otherSeries(): Iterable<Int32Array>
  onJoined(session: AgentSession, hello: Hello): void
  onLeft(session: AgentSession, reason: string): void
  /** A connection is over, whether it was let in or not; by the close code that this end gave, else the other's. */
  onClosed(session: AgentSession, code: number): void
  onConflict(conflict: IdentityConflict): void
  onPing(agent: Agent): void
  onClockJudged(agent: Agent, reading: ClockReading): void
  onSubjectRefused(agent: Agent, subject: string, refusal: SubjectRefusal): void
}

const CENSUS_EVERY_MS = 3_600_000
/** In which an agent should answer the close frame when the collector stops. */
const GOODBYE_MS = 1_000
const STOPPING = 'the collector stops'

/** The agents' connections: lets them in one per identity, and hands what they send to the intake. */
export class Ingest implements Disposable {
  readonly inFlight: InFlight
  readonly #parts: IngestParts
  readonly #context: SessionContext
  readonly #watch: Disposable
  readonly #sweeping: NodeJS.Timeout
  /** Connections whose socket isn't closed yet, in whatever stage. */
  readonly #open = new Set<AgentSession>()
  #lastClosed: (() => void) | undefined

  constructor(parts: IngestParts) {
    this.#parts = parts
    this.inFlight = new InFlight(parts.limits.inFlightBytes)
    this.#context = {
      ...parts,
      acks: new AckQueue(),
      inFlight: this.inFlight,
      admit: (session, hello) => this.#admit(session, hello),
      onPing: (agent) => parts.onPing(agent),
      onClockJudged: (agent, reading) => parts.onClockJudged(agent, reading),
      onSubjectRefused: (agent, subject, refusal) =>
        parts.onSubjectRefused(agent, subject, refusal),
    }
    parts.subjects.onMoved((agents, subject) =>
      this.#begin([...agents, ...this.#refusedFor(subject)], 'who polls a device has changed'),
    )
    this.#watch = watchIdleConnections(parts.registry, parts.deadlines, parts.monotonicMs)
    this.#sweeping = setInterval(() => this.#sweep(), CENSUS_EVERY_MS).unref()
  }

  /** Starts the session of a connection whose identity is known; the caller hands it what the socket receives. */
  connect(socket: SessionSocket, { host }: Identity, peer: Peer): AgentSession {
    const session = new AgentSession(this.#parts.registry.of(host), peer, socket, this.#context)
    this.#open.add(session)
    const { helloMs } = this.#parts.deadlines
    const timer = setTimeout(() => {
      if (session.hello === undefined) session.cut(4002, `no hello within ${helloMs / 1000} s`)
    }, helloMs)
    socket.once('close', () => clearTimeout(timer))
    return session
  }

  /** The socket of a session is closed. */
  disconnected(session: AgentSession, reason: string, code: number): void {
    session.ended()
    if (this.#open.delete(session)) this.#parts.onClosed(session, session.closedFor?.code ?? code)
    if (this.#open.size === 0) this.#lastClosed?.()
    if (session.agent.session !== session) return
    session.agent.session = undefined
    this.#parts.onLeft(session, reason)
  }

  /** Has the agents of hosts and devices begin anew: their series carry other tags from now on. */
  renew(names: readonly string[]): void {
    const { subjects } = this.#parts
    this.#begin(
      names.map((name) => subjects.holderOf(name) ?? name),
      'project or role changed',
    )
  }

  /** The journal can be written again: what it didn't take meanwhile is asked for, by a new connection. */
  askForDeferred(): void {
    for (const { session } of this.#parts.registry) {
      if (session?.hasDeferred === true) session.close(1012, 'the journal can be written again')
    }
  }

  /** Ends every connection: the collector stops. An agent that doesn't answer is cut after a second. */
  async closeAll(): Promise<void> {
    if (this.#open.size === 0) return
    const closed = new Promise<void>((resolve) => (this.#lastClosed = resolve))
    for (const session of this.#open) session.close(1001, STOPPING)
    const cutting = setTimeout(() => {
      for (const session of this.#open) session.cut(1001, STOPPING)
    }, GOODBYE_MS)
    await closed
    clearTimeout(cutting)
  }

  [Symbol.dispose](): void {
    for (const session of this.#open) this.disconnected(session, STOPPING, 1001)
    this.#watch[Symbol.dispose]()
    clearInterval(this.#sweeping)
  }

  async #admit(session: AgentSession, hello: Hello): Promise<boolean> {
    const { agent } = session
    const before = agent.session
    const { answerMs } = this.#parts.deadlines
    const admitted = await succeed(agent, session, {
      answers: async (holder) => (await holder.measureRoundTrip(answerMs)) !== undefined,
      onConflict: (conflict) => this.#parts.onConflict(conflict),
    })
    if (!admitted) return false
    agent.held.keepOnly([...hello.epochs, hello.epoch])
    agent.lastSeenMs = this.#parts.nowMs()
    if (before !== undefined) this.#parts.onLeft(before, 'replaced')
    this.#parts.onJoined(session, hello)
    return true
  }

  /** On a new connection, an agent defines all its series again. */
  /** Agents that may speak for the subject where nobody holds it now: they are told no more than once in a connection. */
  #refusedFor(subject: string): string[] {
    if (this.#parts.subjects.holderOf(subject) !== undefined) return []
    return [...this.#parts.registry]
      .filter(({ session }) => session?.hasRefused(subject) === true)
      .map(({ host }) => host)
  }

  #begin(agents: readonly string[], reason: string): void {
    for (const agent of new Set(agents))
      this.#parts.registry.find(agent)?.session?.close(1012, reason)
  }

  #sweep(): void {
    const sessions = [...this.#parts.registry].map((agent) => agent.session)
    const connected = sessions.flatMap((session) => session?.seriesNumbers ?? [])
    this.#parts.census.sweep([...connected, ...this.#parts.otherSeries()])
  }
}
