import type { Platform } from '@wardround/protocol'
import type { Options } from './option.ts'

/** Opens sessions to one product. A source owns its connection; probes only read through the session. */
export interface Source<S> {
  /** As in agent.yaml `sources: [{type}]`; `host` is always there. */
  readonly type: string
  readonly platforms: readonly Platform[]
  /** What its entry in agent.yaml takes beside `type` and `name`. */
  readonly options?: Options
  /** `options` are checked against the declaration and have their defaults. @throws ProbeError, with the code that its runs then report. */
  open(options: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<Session<S>>
}

export interface Session<S> extends AsyncDisposable {
  readonly session: S
  /** What the samples of this source belong to; '' = this agent's own host. */
  readonly subject: string
}
