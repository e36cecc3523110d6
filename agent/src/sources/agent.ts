import type { LedgerEntry } from '../ledger.ts'
import type { ProbeRows } from '../probe-board.ts'
import type { SourceReference } from '../probe.ts'
import type { Session, Source } from '../source.ts'
import type { SourceBoard } from '../source-standing.ts'

/** Parts of the running agent, as far as its own probe looks at them. All counts are since the start of the process. */
export interface AgentSession {
  readonly ledger: {
    readonly entry: LedgerEntry
    /** Samples given up, by reason. */
    readonly droppedByReason: ReadonlyMap<string, number>
  }
  readonly outbox: {
    /** On disk. */
    readonly bytes: number
    /** In memory and on disk, not acknowledged. */
    readonly batches: number
    /** What keeps the disk from taking batches now: the journal's error code. */
    readonly failure: { readonly code: string } | undefined
    /** Damaged records that were passed over. */
    readonly corruptRecords: number
  }
  readonly uplink: {
    /** Samples handed to a connection, those sent again included. */
    readonly sentSamples: number
    /** Connections opened after the first. */
    readonly reconnects: number
    /** From handing a batch to the connection to its acknowledgement, of the newest acknowledged batch; undefined before the first. */
    readonly ackLatencyMs: number | undefined
  }
  /** How the probes stand: the document `agent_probes`. */
  readonly board: {
    /** The document if it has changed since it was taken last. */
    takeChanged(): ProbeRows | undefined
    toJson(): ProbeRows
  }
  /** The sources that connect to servers. */
  readonly sources: SourceBoard
}

/** For `source:` of a probe. */
export const agent: SourceReference<AgentSession> = { type: 'agent' }

/** The agent itself. Always there; it takes no entry in agent.yaml. */
export function agentSource(session: AgentSession): Source<AgentSession> {
  return {
    type: 'agent',
    platforms: ['linux', 'darwin', 'win32'],
    open(): Promise<Session<AgentSession>> {
      return Promise.resolve({ session, subject: '', async [Symbol.asyncDispose]() {} })
    },
  }
}
