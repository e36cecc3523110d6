import type { Logger } from '@wardround/program'
import type { CloseCode, CollectorMessage, Hello, SeriesTable } from '@wardround/protocol'
import type { AcceptedBatch } from '../accepted-batch.ts'
import type { AckQueue } from './ack-queue.ts'
import type { Agent } from './agent.ts'
import type { AgentSession } from './agent-session.ts'
import type { ClockReading } from './clock-error.ts'
import type { SeriesLimits } from './connection-series.ts'
import type { HostDirectory } from './host-directory.ts'
import type { InFlight, Pausable } from './in-flight.ts'
import type { SeriesCensus } from './series-census.ts'
import type { SubjectBook, SubjectRefusal } from './subject-book.ts'
import type { WindowLimits } from './window.ts'

/** What one agent may send. */
export interface SessionLimits extends SeriesLimits {
  readonly frameBytes: number
  readonly window: WindowLimits
}

/** The part of a WebSocket that a session uses. */
export interface SessionSocket extends Pausable {
  readonly bufferedAmount: number
  send(text: string): void
  close(code: number, reason: string): void
  terminate(): void
  ping(): void
  once(event: 'pong' | 'close', listener: () => void): unknown
  off(event: 'pong' | 'close', listener: () => void): unknown
}

/** Where accepted batches go. */
export interface Intake {
  /**
   * Resolves once the batch is on stable storage.
   * @throws UnacceptableBatch when it never can be; IntakeError: not now; any other error is a fault of ours that this batch brings to light
   */
  take(batch: AcceptedBatch): Promise<void>
}

/** What all sessions share. */
export interface SessionContext {
  readonly table: SeriesTable
  readonly census: SeriesCensus
  readonly hosts: HostDirectory
  readonly subjects: Pick<SubjectBook, 'claim'>
  readonly intake: Intake
  readonly acks: AckQueue
  readonly inFlight: InFlight
  readonly limits: SessionLimits
  /** This collector shows invented data: only agents that invent it come in, and such ones nowhere else. */
  readonly isDemo: boolean
  readonly log: Logger
  readonly nowMs: () => number
  readonly monotonicMs: () => number
  /** Decides whether the session is to be its agent's one connection; sends the reason itself when not. */
  admit(session: AgentSession, hello: Hello): Promise<boolean>
  /** An agent pinged. */
  onPing(agent: Agent): void
  /** An agent speaks for a device that it may not speak for. */
  onSubjectRefused(agent: Agent, subject: string, refusal: SubjectRefusal): void
  /** An agent's clock began to be corrected, or no longer is. */
  onClockJudged(agent: Agent, reading: ClockReading): void
}

/** How the parts of a session speak to the agent. */
export interface SessionVoice {
  tell(message: CollectorMessage): void
  close(code: CloseCode, detail: string): void
  /** undefined: no answer within the deadline. */
  measureRoundTrip(deadlineMs: number): Promise<number | undefined>
}
