/** The clocks of a collector in the test's own process: time that a row doesn't want to wait for passes at once, for both alike. */
export class MovableClock {
  #aheadMs = 0

  readonly nowMs = (): number => Date.now() + this.#aheadMs
  readonly monotonicMs = (): number => performance.now() + this.#aheadMs

  /** Goes on to a time of `nowMs`; never back. */
  moveTo(timeMs: number): void {
    this.#aheadMs = Math.max(this.#aheadMs, timeMs - Date.now())
  }

  move(ms: number): void {
    this.#aheadMs += ms
  }
}
