import type { Platform } from '@wardround/protocol'

/** Opens sessions to one product. A source owns its connection; probes only read through the session. */
export interface Source<S> {
  /** As in agent.yaml `sources: [{type}]`; `host` is always there. */
  readonly type: string
  readonly platforms: readonly Platform[]
  open(options: unknown, signal: AbortSignal): Promise<Session<S>>
}

export interface Session<S> extends AsyncDisposable {
  readonly session: S
  /** What the samples of this source belong to; '' = this agent's own host. */
  readonly subject: string
}
