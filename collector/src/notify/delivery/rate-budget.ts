import type { RateWindow } from '../channel.ts'

/** Longer than any service forgets: a clock that was set back must not make a channel wait for days. */
const MAX_PAUSE_MS = 3_600_000

/**
 * How often a service may still be asked, by all channels that lead to it, and how long it wants to be left alone. Counted are the ends of requests, which are
 * never before their arrival: however long each was on its way, the service sees no more in any window than it allows. A request under way occupies a
 * place until it ends.
 */
export class RateBudget {
  /** Ends of the requests that a window may still hold, oldest first. */
  #ends: number[] = []
  #underWay = 0
  #pausedUntilMs = 0
  /** Of the longest window that was asked for. */
  #keepMs = 0

  /** What an earlier process left: ends of its requests, and the pause that the service asked it for. Epoch ms. */
  recall(ends: readonly number[], pausedUntilMs: number, nowMs: number): void {
    this.#ends = [...this.#ends, ...ends].sort((a, b) => a - b)
    this.pauseUntil(Math.min(pausedUntilMs, nowMs + MAX_PAUSE_MS))
  }

  begin(): void {
    this.#underWay++
  }

  end(nowMs: number): void {
    this.#underWay--
    this.#ends.push(nowMs)
    this.#ends = this.#ends.filter((atMs) => atMs > nowMs - this.#keepMs)
  }

  /** Nobody asks the service before. */
  pauseUntil(atMs: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, atMs)
  }

  /**
   * When the next request may begin; `nowMs` or earlier: now. Undefined: only once one that is under way has ended. The first half of a window is given out
   * as it is asked for, the second evenly, so that a storm does not use up at once what a later notice needs.
   */
  nextAtMs(nowMs: number, windows: readonly RateWindow[]): number | undefined {
    let atMs = Math.max(nowMs, this.#pausedUntilMs)
    for (const { requests, perMs } of windows) {
      this.#keepMs = Math.max(this.#keepMs, perMs)
      const within = this.#ends.filter((endedMs) => endedMs > nowMs - perMs)
      const used = within.length + this.#underWay
      if (used >= requests) {
        const leaving = within[within.length + this.#underWay - requests]
        if (leaving === undefined) return undefined
        atMs = Math.max(atMs, leaving + perMs)
      } else if (used * 2 >= requests) {
        const last = within.at(-1)
        if (last === undefined) return undefined
        atMs = Math.max(atMs, last + perMs / requests)
      }
    }
    return atMs
  }

  /** Requests that could begin now one after the other without waiting. */
  free(nowMs: number, windows: readonly RateWindow[]): number {
    const free = windows.map(({ requests, perMs }) => {
      const used = this.#ends.filter((endedMs) => endedMs > nowMs - perMs).length + this.#underWay
      return Math.max(0, Math.ceil(requests / 2) - used)
    })
    return Math.min(...free)
  }
}
