import type { Clocks, Timers } from '../clocks.ts'

/**
 * A world whose time passes only when a test says so: clocks and timers in one. Timers run in the order in which they are due,
 * and what they await gets its turn before the next one.
 */
export class ManualTime implements Clocks, Timers {
  #wallMs: number
  #monotonicMs = 0
  #suspendedMs = 0
  #next = 0
  readonly #timers = new Map<number, { dueMs: number; callback: () => void }>()

  constructor(wallMs = Date.UTC(2026, 10, 22)) {
    this.#wallMs = wallMs
  }

  nowMs(): number {
    return this.#wallMs
  }

  monotonicMs(): number {
    return this.#monotonicMs
  }

  sinceBootMs(): number {
    return this.#monotonicMs + this.#suspendedMs
  }

  after(delayMs: number, callback: () => void): () => void {
    const key = this.#next++
    this.#timers.set(key, { dueMs: this.#monotonicMs + Math.max(0, delayMs), callback })
    return () => void this.#timers.delete(key)
  }

  /** Timers that still wait. */
  get waiting(): number {
    return this.#timers.size
  }

  /** Lets so much time pass on all clocks; timers that come due in it run at their time. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.#monotonicMs + ms
    for (;;) {
      await turn()
      const due = this.#earliest(untilMs)
      if (due === undefined) break
      this.#timers.delete(due.key)
      this.#move(Math.max(0, due.dueMs - this.#monotonicMs))
      due.callback()
    }
    this.#move(untilMs - this.#monotonicMs)
    await turn()
  }

  /** The process gets no CPU for so long: all clocks go on, timers run late, after it. */
  stall(ms: number): void {
    this.#move(ms)
  }

  /** Somebody sets the wall clock. */
  stepWall(ms: number): void {
    this.#wallMs += ms
  }

  /** The machine sleeps: the wall clock goes on and the time since boot counts it, the monotonic clock does not. */
  suspend(ms: number): void {
    this.#wallMs += ms
    this.#suspendedMs += ms
  }

  #move(ms: number): void {
    this.#monotonicMs += ms
    this.#wallMs += ms
  }

  #earliest(untilMs: number): { key: number; dueMs: number; callback: () => void } | undefined {
    let found: { key: number; dueMs: number; callback: () => void } | undefined
    for (const [key, timer] of this.#timers) {
      if (timer.dueMs <= untilMs && (found === undefined || timer.dueMs < found.dueMs))
        found = { key, ...timer }
    }
    return found
  }
}

/** One turn of the event loop: pending promises settle, immediates run. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
