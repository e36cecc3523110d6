import type { Transition } from '../rules/alert.ts'
import type { RuleEngine } from '../rules/engine.ts'
import type { HistoryNeed, PointHistory } from '../rules/history.ts'
import type { PingState } from '../rules/silence/ping-state.ts'
import type { MonotonicTime } from './monotonic-time.ts'

interface EngineFeedParts {
  readonly engine: RuleEngine
  readonly time: MonotonicTime
  /** Told what became of alerts by it. */
  readonly tell: (transitions: readonly Transition[]) => void
}

/** What the rules hear beside batches of samples: signs of life, and the past that they ask for. */
export class EngineFeed {
  readonly #parts: EngineFeedParts

  constructor(parts: EngineFeedParts) {
    this.#parts = parts
  }

  /** An agent was heard of otherwise than by a batch: hello, ping. */
  contact(agent: string): void {
    const { engine, time, tell } = this.#parts
    tell(engine.contact(agent, time.nowMs()))
  }

  /** What ping says of an agent's host from now on. */
  hearPing(agent: string, ping: PingState): void {
    this.#parts.engine.hearPing(agent, ping)
  }

  /** What it said last, here or in an earlier process. */
  pingOf(agent: string): PingState {
    return this.#parts.engine.pingOf(agent)
  }

  /** Another collector was heard of, or the collector's own network. */
  hear(kind: 'collector' | 'network' | 'store', name: string): void {
    const { engine, time, tell } = this.#parts
    tell(engine.hear(kind, name, time.nowMs()))
  }

  /** Exactly these are waited for. */
  expect(kind: 'collector' | 'network' | 'store', names: readonly string[]): void {
    const { engine, time, tell } = this.#parts
    tell(engine.expect(kind, names, time.nowMs()))
  }

  /** What the rules must know of the past. */
  historyNeeds(): HistoryNeed[] {
    return this.#parts.engine.historyNeeds()
  }

  /** Takes in what a store answered to a need; returns how many points' past had no room. */
  fillHistory(need: HistoryNeed, history: readonly PointHistory[]): number {
    const { engine, time } = this.#parts
    return engine.fillHistory(need, history, time.nowMs())
  }
}
