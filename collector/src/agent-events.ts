import type { Logger } from '@wardround/program'
import type { Hello } from '@wardround/protocol'
import type { OwnMetrics } from './http/own-metrics.ts'
import type { Agent } from './ingest/agent.ts'
import type { AgentSession } from './ingest/agent-session.ts'
import type { ConnectionLog } from './ingest/connection-log.ts'
import type { IdentityConflict } from './ingest/succession.ts'
import type { CollectorChanges } from './live/collector-changes.ts'
import type { Alerting } from './notify/alerting.ts'
import type { State } from './state/state.ts'

export interface AgentEventParts {
  readonly alerting: Pick<Alerting, 'contact'>
  readonly connections: ConnectionLog
  readonly changes: CollectorChanges
  readonly metrics: OwnMetrics
  readonly state: Pick<State, 'events'>
  readonly log: Logger
  readonly nowMs: () => number
}

const MINUTE_MS = 60_000

/** What follows when agents come, go, or claim what is another's: one function per event, with its log line, its counter and its record. */
export class AgentEvents {
  readonly #parts: AgentEventParts

  constructor(parts: AgentEventParts) {
    this.#parts = parts
  }

  joined({ agent, address }: AgentSession, { version, platform, epoch }: Hello): void {
    const { alerting, connections, changes, log, nowMs } = this.#parts
    const { host } = agent
    agent.version = version
    agent.platform = platform
    connections.add({ change: 'connected', host, atMs: nowMs(), version, platform, epoch, address })
    alerting.contact(host)
    changes.hostChanged(host)
    log.info({ agent: host, address, version, epoch }, 'agent connected')
  }

  left({ agent, address }: AgentSession, reason: string): void {
    const { connections, changes, log, nowMs } = this.#parts
    const { host, lastSequence, lastSeenMs = nowMs() } = agent
    connections.add({ change: 'disconnected', host, lastSeenMs, lastSequence, reason })
    changes.hostChanged(host)
    log.info({ agent: host, address, reason }, 'agent disconnected')
  }

  pinged({ host }: Agent): void {
    this.#parts.alerting.contact(host)
  }

  /** Recorded once a minute for each pair of processes: the refused one goes on trying. */
  conflicted({ host, holder, refused }: IdentityConflict): void {
    const { metrics, state, log, nowMs } = this.#parts
    metrics.identityConflict()
    log.warn({ agent: host, holder, refused }, 'two processes claim one identity')
    const atMs = nowMs()
    const key = `identity-conflict:${refused.epoch}:${Math.floor(atMs / MINUTE_MS)}`
    const body = JSON.stringify({ holder, refused })
    const event = { atMs, subject: host, kind: 'identity_conflict', key, body }
    state.events.append([event]).catch((error: unknown) => {
      log.error({ err: error, agent: host }, 'an identity conflict could not be recorded')
    })
  }

  connectionRefused(address: string, code: string): void {
    const { metrics, log } = this.#parts
    metrics.connectionRefused(code)
    log.warn({ address, code }, 'an agent connection was refused')
  }
}
