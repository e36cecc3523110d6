import type { ClockReading } from './clock-error.ts'
import type { AgentSession } from './agent-session.ts'
import { HeldSequences } from './held-sequences.ts'
import { Ledger } from './ledger.ts'

/** What the collector knows about one agent, whether it is connected or not. */
export class Agent {
  /** The identity's host name. */
  readonly host: string
  readonly held = new HeldSequences()
  readonly ledger = new Ledger()
  /** The one connection that is let in. */
  session: AgentSession | undefined
  /** What the newest batch said about the agent's clock. */
  clock: ClockReading | undefined
  /** By the wall clock. */
  lastSeenMs: number | undefined
  lastSequence = 0
  /** When a write by line protocol named the host last, by the wall clock. */
  writtenAtMs: number | undefined
  /** Where it was last connected from. */
  address: string | undefined
  version: string | undefined
  platform: string | undefined

  constructor(host: string) {
    this.host = host
  }
}
