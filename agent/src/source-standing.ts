import type { JsonValue, LocalizedText } from '@wardround/protocol'
import type { Clocks } from './clocks.ts'

/** How a source stands; order is the wire value (from 1). `quiet`: within its quiet hours. */
export const SOURCE_STATES = [
  'waiting',
  'working',
  'failing',
  'refused',
  'paused',
  'quiet',
] as const

export type SourceState = (typeof SOURCE_STATES)[number]

/** What a source has asked of its server since the agent started. */
export interface SourceCounts {
  connections: number
  statements: number
  /** Statements that the server refused, or that were cut off. */
  failures: number
  /** Waiting for answers, ms: at most this long the server worked for us. */
  busyMs: number
  /** Processor time by the server's own statistics of our session; undefined where it keeps none. */
  cpuSeconds: number | undefined
}

/** One source's row in the document `agent_sources`, and its measurement `source`. */
export class SourceStanding {
  readonly name: string
  readonly type: string
  readonly counts: SourceCounts = {
    connections: 0,
    statements: 0,
    failures: 0,
    busyMs: 0,
    cpuSeconds: undefined,
  }
  readonly #onChange: () => void
  readonly #clocks: Pick<Clocks, 'nowMs'>
  #state: SourceState = 'waiting'
  #sinceMs: number
  #reason: LocalizedText | undefined
  #server: string | undefined
  #dropped: readonly string[] = []

  constructor(
    row: { readonly name: string; readonly type: string },
    clocks: Pick<Clocks, 'nowMs'>,
    onChange: () => void,
  ) {
    this.name = row.name
    this.type = row.type
    this.#clocks = clocks
    this.#onChange = onChange
    this.#sinceMs = clocks.nowMs()
  }

  get state(): SourceState {
    return this.#state
  }

  get reason(): LocalizedText | undefined {
    return this.#reason
  }

  /** Statements that are left out because the session cost too much. */
  get dropped(): readonly string[] {
    return this.#dropped
  }

  /** Returns whether that is news. */
  enter(state: SourceState, reason?: LocalizedText): boolean {
    const changed = state !== this.#state || reason?.en !== this.#reason?.en
    if (state !== this.#state) this.#sinceMs = this.#clocks.nowMs()
    this.#state = state
    this.#reason = reason
    if (changed) this.#onChange()
    return changed
  }

  /** What the server says it is. */
  noteServer(text: string): void {
    if (text === this.#server) return
    this.#server = text
    this.#onChange()
  }

  noteDropped(ids: readonly string[]): void {
    this.#dropped = ids
    this.#onChange()
  }

  toJson(): JsonValue {
    return {
      source: this.name,
      type: this.type,
      state: this.#state,
      since: new Date(this.#sinceMs).toISOString(),
      ...(this.#reason === undefined ? {} : { reason: { ...this.#reason } }),
      ...(this.#server === undefined ? {} : { server: this.#server }),
      ...(this.#dropped.length === 0 ? {} : { dropped: [...this.#dropped] }),
    }
  }
}

/** All sources of this agent but the host and the agent itself: the document `agent_sources`. */
export class SourceBoard {
  readonly rows: SourceStanding[] = []
  readonly #clocks: Pick<Clocks, 'nowMs'>
  #changed = false

  constructor(clocks: Pick<Clocks, 'nowMs'>) {
    this.#clocks = clocks
  }

  add(row: { readonly name: string; readonly type: string }): SourceStanding {
    const standing = new SourceStanding(row, this.#clocks, () => (this.#changed = true))
    this.rows.push(standing)
    this.#changed = true
    return standing
  }

  /** The document's body if anything changed since it was taken last. */
  takeChanged(): JsonValue | undefined {
    if (!this.#changed) return undefined
    this.#changed = false
    return this.toJson()
  }

  toJson(): JsonValue {
    return this.rows.map((row) => row.toJson())
  }
}
