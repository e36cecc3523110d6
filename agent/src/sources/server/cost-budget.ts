/** How much of a core a source's session may cost the server, and over how long that is looked at. */
const SHARE_OF_CORE = 0.01
const WINDOW_MS = 600_000
/** A statement that was left out is sent again after this long. */
const LEFT_OUT_MS = 3_600_000

interface WindowOfCosts {
  startedMs: number
  cpuMs: number
  /** Of statements whose cost the server's statistics of our session don't hold: cut off, or in another session. */
  unseenMs: number
  readonly byStatement: Map<string, number>
}

/**
 * Watches what our session costs its server and names the dearest statements to leave out when that passes 1 % of a core. Costs are
 * the server's own statistics of the session where it keeps them, else the time that statements took: that can only overstate.
 */
export class CostBudget {
  readonly #leftOutUntil = new Map<string, number>()
  readonly #keep: (id: string) => boolean
  #window: WindowOfCosts | undefined
  #lastCpuSeconds: number | undefined
  #knowsCpu = false

  /** @param keep statements that are never left out */
  constructor(keep: (id: string) => boolean) {
    this.#keep = keep
  }

  isLeftOut(id: string, nowMs: number): boolean {
    const untilMs = this.#leftOutUntil.get(id)
    if (untilMs === undefined) return false
    if (nowMs < untilMs) return true
    this.#leftOutUntil.delete(id)
    return false
  }

  leftOut(nowMs: number): readonly string[] {
    return [...this.#leftOutUntil.keys()].filter((id) => this.isLeftOut(id, nowMs))
  }

  /** @param isSeen whether the server's statistics of our session will hold its cost */
  spend(
    id: string,
    { tookMs, isSeen }: { readonly tookMs: number; readonly isSeen: boolean },
    nowMs: number,
  ): void {
    const window = this.#windowAt(nowMs)
    window.byStatement.set(id, (window.byStatement.get(id) ?? 0) + tookMs)
    if (!isSeen) window.unseenMs += tookMs
  }

  /** What the server says of our session now; falls back to 0 with a new one. */
  noteCpu(cpuSeconds: number, nowMs: number): void {
    const before = this.#lastCpuSeconds
    this.#lastCpuSeconds = cpuSeconds
    this.#knowsCpu = true
    const spent = before === undefined || cpuSeconds < before ? cpuSeconds : cpuSeconds - before
    this.#windowAt(nowMs).cpuMs += spent * 1000
  }

  /**
   * At the end of a window: whether it cost too much, and then which statements to leave out, the dearest first, until the rest fits.
   * @returns those that are left out now and were not before
   */
  settle(nowMs: number): readonly string[] {
    const window = this.#window
    if (window === undefined || nowMs - window.startedMs < WINDOW_MS) return []
    this.#window = undefined
    const elapsedMs = nowMs - window.startedMs
    const totalMs = [...window.byStatement.values()].reduce((sum, ms) => sum + ms, 0)
    const spentMs = this.#knowsCpu ? window.cpuMs + window.unseenMs : totalMs
    let excessMs = spentMs - SHARE_OF_CORE * elapsedMs
    if (excessMs <= 0 || totalMs === 0) return []
    const left: string[] = []
    for (const [id, ms] of [...window.byStatement].toSorted(([, a], [, b]) => b - a)) {
      if (excessMs <= 0) break
      if (this.#keep(id)) continue
      this.#leftOutUntil.set(id, nowMs + LEFT_OUT_MS)
      left.push(id)
      excessMs -= (ms / totalMs) * spentMs
    }
    return left
  }

  #windowAt(nowMs: number): WindowOfCosts {
    this.#window ??= {
      startedMs: nowMs,
      cpuMs: 0,
      unseenMs: 0,
      byStatement: new Map(),
    }
    return this.#window
  }
}
