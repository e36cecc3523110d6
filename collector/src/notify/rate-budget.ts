import type { RateWindow } from './channel.ts'

/**
 * How often a service may still be asked. Counted are the ends of requests, which are never before their arrival: however long each was on its way,
 * the service sees no more in any window than it allows. A request under way occupies a place until it ends.
 */
export class RateBudget {
  readonly #windows: readonly RateWindow[]
  /** Ends of the requests that a window may still hold, oldest first. */
  #ends: number[] = []
  #underWay = 0

  /** `recent`: ends of requests of an earlier process, epoch ms. */
  constructor(windows: readonly RateWindow[], recent: readonly number[] = []) {
    this.#windows = windows
    this.#ends = [...recent].sort((a, b) => a - b)
  }

  begin(): void {
    this.#underWay++
  }

  end(nowMs: number): void {
    this.#underWay--
    this.#ends.push(nowMs)
    const longestMs = Math.max(...this.#windows.map(({ perMs }) => perMs))
    this.#ends = this.#ends.filter((atMs) => atMs > nowMs - longestMs)
  }

  /**
   * When the next request may begin; `nowMs` or earlier: now. Undefined: only once one that is under way has ended. The first half of a window is given out
   * as it is asked for, the second evenly, so that a storm does not use up at once what a later notice needs.
   */
  nextAtMs(nowMs: number): number | undefined {
    let atMs = nowMs
    for (const { requests, perMs } of this.#windows) {
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
  free(nowMs: number): number {
    const free = this.#windows.map(({ requests, perMs }) => {
      const used = this.#ends.filter((endedMs) => endedMs > nowMs - perMs).length + this.#underWay
      return Math.max(0, Math.ceil(requests / 2) - used)
    })
    return Math.min(...free)
  }
}
