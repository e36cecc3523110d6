import type { Logger } from '@wardround/program'
import type { AgentChange } from '../state/agents.ts'

/** Bound of what waits while the state can't be written: some hours of agents that come and go. */
const MAX_WAITING = 50_000

export interface ConnectionLogParts {
  record(changes: readonly AgentChange[]): Promise<void>
  /** So many had no room to wait in. */
  onDropped(changes: number): void
  readonly everyMs: number
  readonly log: Logger
}

/** Records when agents came and went: gathered for a second, so that a mass reconnect is one transaction. */
export class ConnectionLog implements AsyncDisposable {
  readonly #parts: ConnectionLogParts
  #waiting: AgentChange[] = []
  #timer: NodeJS.Timeout | undefined
  #recording: Promise<void> = Promise.resolve()
  #failing = false
  #closed = false

  constructor(parts: ConnectionLogParts) {
    this.#parts = parts
  }

  add(change: AgentChange): void {
    if (this.#waiting.length < MAX_WAITING) this.#waiting.push(change)
    else this.#parts.onDropped(1)
    this.#schedule()
  }

  /** Records what waits; what comes later has nowhere to go. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    await this.#flush()
  }

  #schedule(): void {
    if (this.#closed) return
    this.#timer ??= setTimeout(() => void this.#flush(), this.#parts.everyMs)
  }

  async #flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#recording = this.#recording.then(() => this.#record())
    await this.#recording
  }

  async #record(): Promise<void> {
    const changes = this.#waiting
    this.#waiting = []
    if (changes.length === 0) return
    try {
      await this.#parts.record(changes)
      this.#failing = false
    } catch (error) {
      if (!this.#failing) {
        this.#parts.log.error({ err: error }, 'comings and goings of agents can not be recorded')
      }
      this.#failing = true
      const waiting = [...changes, ...this.#waiting]
      this.#waiting = waiting.slice(0, MAX_WAITING)
      if (waiting.length > MAX_WAITING) this.#parts.onDropped(waiting.length - MAX_WAITING)
      this.#schedule()
    }
  }
}
