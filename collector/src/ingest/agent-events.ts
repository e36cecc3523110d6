import type { Logger } from '@wardround/program'
import { CLOSE_CODES, type Hello } from '@wardround/protocol'
import type { OwnMetrics } from '../http/own-metrics.ts'
import type { Agent } from './agent.ts'
import type { AgentSession } from './agent-session.ts'
import type { ClockReading } from './clock-error.ts'
import type { ConnectionLog } from './connection-log.ts'
import type { IdentityConflict } from './succession.ts'
import type { SubjectRefusal } from './subject-book.ts'
import type { CollectorChanges } from '../live/collector-changes.ts'
import { LogBudget } from './log-budget.ts'
import type { Alerting } from '../notify/alerting.ts'
import { pingableAddress } from '../reach/peer-address.ts'
import type { ReachWatch } from '../reach/reach-watch.ts'
import type { State } from '../state/state.ts'

export interface AgentEventParts {
  readonly alerting: Pick<Alerting, 'engine'>
  readonly reach: Pick<ReachWatch, 'connected' | 'gone'>
  readonly connections: ConnectionLog
  readonly changes: CollectorChanges
  readonly metrics: OwnMetrics
  readonly state: Pick<State, 'events'>
  readonly log: Logger
  readonly nowMs: () => number
}

const MINUTE_MS = 60_000
/** Close codes of ours that blame no agent, or whose cause has a log line already. */
const EVERYDAY: ReadonlySet<number> = new Set([1000, 1001, 1011, 1012, 1013, 4000, 4001])

/** What follows when agents come, go, or claim what is another's: one function per event, with its log line, its counter and its record. */
export class AgentEvents {
  readonly #parts: AgentEventParts
  readonly #budget: LogBudget

  constructor(parts: AgentEventParts) {
    this.#parts = parts
    this.#budget = new LogBudget(parts.nowMs)
  }

  joined({ agent, address, isForwarded }: AgentSession, hello: Hello): void {
    const { alerting, connections, changes, log, nowMs, reach } = this.#parts
    const { host } = agent
    const { version, platform, epoch } = hello
    agent.address = address
    reach.connected(host, isForwarded ? undefined : pingableAddress(address))
    agent.version = version
    agent.platform = platform
    connections.add({ change: 'connected', host, atMs: nowMs(), version, platform, epoch, address })
    alerting.engine.contact(host)
    changes.hostChanged(host)
    log.info({ agent: host, address, version, epoch }, 'agent connected')
  }

  left({ agent, address }: AgentSession, reason: string): void {
    const { connections, changes, log, nowMs, reach } = this.#parts
    reach.gone(agent.host)
    const { host, lastSequence, lastSeenMs = nowMs() } = agent
    connections.add({ change: 'disconnected', host, lastSeenMs, lastSequence, reason })
    changes.hostChanged(host)
    log.info({ agent: host, address, reason }, 'agent disconnected')
  }

  /** A connection is over, let in or not; what an agent did wrong is said here. */
  closed({ agent, address, closedFor }: AgentSession, code: number): void {
    const { metrics, log } = this.#parts
    metrics.connectionClosed(code)
    if (closedFor === undefined || EVERYDAY.has(code) || !this.#budget.allows(`closed ${code}`))
      return
    const reason = `${CLOSE_CODES[closedFor.code].name}: ${closedFor.detail}`
    log.warn({ agent: agent.host, address, code, reason }, 'an agent connection was ended')
  }

  pinged({ host }: Agent): void {
    this.#parts.alerting.engine.contact(host)
  }

  /** Told when it begins and when it is over; recorded at most once a minute. */
  clockJudged({ host }: Agent, { errorMs, corrected }: ClockReading): void {
    const kind = corrected ? 'clock_wrong' : 'clock_right'
    if (this.#budget.allows(kind)) {
      const message = corrected ? "an agent's clock is wrong" : "an agent's clock is right again"
      this.#parts.log.warn({ agent: host, errorMs }, message)
    }
    this.#record(host, kind, '', { errorMs })
  }

  /** Recorded once a minute for each pair of processes: the refused one goes on trying. */
  conflicted({ host, holder, refused }: IdentityConflict): void {
    this.#parts.metrics.identityConflict()
    if (this.#budget.allows('conflict')) {
      this.#parts.log.warn({ agent: host, holder, refused }, 'two processes claim one identity')
    }
    this.#record(host, 'identity_conflict', refused.epoch ?? '', { holder, refused })
  }

  /** An agent polls what another one polls, or what is a host; recorded once a minute for each. */
  subjectRefused({ host }: Agent, subject: string, { reason, holder }: SubjectRefusal): void {
    if (this.#budget.allows(`subject ${host}`)) {
      this.#parts.log.warn(
        { agent: host, subject, reason },
        'a device is not taken from this agent',
      )
    }
    this.#record(host, 'subject_refused', subject, { subject, reason, holder })
  }

  connectionRefused(address: string, code: string): void {
    this.#parts.metrics.connectionRefused(code)
    if (this.#budget.allows('refused')) {
      this.#parts.log.warn({ address, code }, 'an agent connection was refused')
    }
  }

  /** An event under a key that lasts a minute: what repeats is kept once. */
  #record(subject: string, kind: string, detail: string, body: object): void {
    const { state, log, nowMs } = this.#parts
    const atMs = nowMs()
    const key = `${kind}:${detail}:${Math.floor(atMs / MINUTE_MS)}`
    const event = { atMs, subject, kind, key, body: JSON.stringify(body) }
    state.events.append([event]).catch((error: unknown) => {
      log.error({ err: error, agent: subject, kind }, 'an event could not be recorded')
    })
  }
}
