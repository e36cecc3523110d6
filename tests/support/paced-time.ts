/** Clocks and timers as the agent takes them. */
export interface InjectedTime {
  nowMs(): number
  monotonicMs(): number
  sinceBootMs(): number
  after(delayMs: number, callback: () => void): () => void
}

interface Timer {
  readonly dueMs: number
  readonly callback: () => void
}

/** When all simulated machines "started": any moment before the first simulated one. */
const BOOT_MS = Date.UTC(2020, 0)

/**
 * Time that starts in the past and runs from timer to timer, at most `speed` times as fast as the clock, until it has caught up with it; from then on it
 * is the clock's. No timer is ever late by simulated time: where the machine is slow, simulated time waits for it.
 */
export class PacedTime implements InjectedTime {
  readonly #fromMs: number
  readonly #speed: number
  readonly #startedAt = performance.now()
  readonly #timers = new Map<number, Timer>()
  #elapsedMs = 0
  #next = 0
  /** Since when real time is used: what then had elapsed of it, and the simulated time. */
  #live: { readonly atMs: number; readonly elapsedMs: number } | undefined

  constructor(fromMs: number, speed: number) {
    this.#fromMs = fromMs
    this.#speed = speed
  }

  nowMs(): number {
    return this.#fromMs + this.monotonicMs()
  }

  monotonicMs(): number {
    if (this.#live === undefined) return this.#elapsedMs
    return this.#live.elapsedMs + performance.now() - this.#live.atMs
  }

  sinceBootMs(): number {
    return this.nowMs() - BOOT_MS
  }

  after(delayMs: number, callback: () => void): () => void {
    const key = this.#next++
    const timer = { dueMs: this.monotonicMs() + Math.max(0, delayMs), callback }
    this.#timers.set(key, timer)
    if (this.#live !== undefined) this.#arm(key, timer)
    return () => void this.#timers.delete(key)
  }

  /** Lets time run; resolves when it has caught up with the clock. */
  async run(): Promise<void> {
    for (;;) {
      await turn()
      const due = this.#earliest()
      const clockMs = Date.now() - this.#fromMs
      if (due === undefined || due.timer.dueMs >= clockMs) break
      const earlyMs = due.timer.dueMs / this.#speed - (performance.now() - this.#startedAt)
      if (earlyMs > 1) await new Promise((resolve) => setTimeout(resolve, earlyMs))
      this.#timers.delete(due.key)
      this.#elapsedMs = Math.max(this.#elapsedMs, due.timer.dueMs)
      due.timer.callback()
    }
    this.#live = { atMs: performance.now(), elapsedMs: Date.now() - this.#fromMs }
    for (const [key, timer] of this.#timers) this.#arm(key, timer)
  }

  #arm(key: number, timer: Timer): void {
    setTimeout(
      () => {
        if (this.#timers.delete(key)) timer.callback()
      },
      Math.max(0, timer.dueMs - this.monotonicMs()),
    )
  }

  #earliest(): { readonly key: number; readonly timer: Timer } | undefined {
    let found: { readonly key: number; readonly timer: Timer } | undefined
    for (const [key, timer] of this.#timers)
      if (found === undefined || timer.dueMs < found.timer.dueMs) found = { key, timer }
    return found
  }
}

/** One turn of the event loop: what is on its way to disk or socket gets its chance. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
