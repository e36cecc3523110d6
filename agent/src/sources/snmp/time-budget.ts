import type { Clocks } from '../../clocks.ts'

const WINDOW_MS = 60_000

/** How long a device may be kept busy: so many ms in any minute, however many probes ask. */
export class TimeBudget {
  readonly #perMinuteMs: number
  readonly #clocks: Pick<Clocks, 'monotonicMs'>
  #leftMs: number
  #atMs: number

  constructor(perMinuteMs: number, clocks: Pick<Clocks, 'monotonicMs'>) {
    this.#perMinuteMs = perMinuteMs
    this.#clocks = clocks
    this.#leftMs = perMinuteMs
    this.#atMs = clocks.monotonicMs()
  }

  get isSpent(): boolean {
    this.#refill()
    return this.#leftMs <= 0
  }

  spend(ms: number): void {
    this.#refill()
    this.#leftMs -= ms
  }

  #refill(): void {
    const nowMs = this.#clocks.monotonicMs()
    const earnedMs = ((nowMs - this.#atMs) * this.#perMinuteMs) / WINDOW_MS
    this.#leftMs = Math.min(this.#perMinuteMs, this.#leftMs + earnedMs)
    this.#atMs = nowMs
  }
}
