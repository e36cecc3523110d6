const MINUTE_MS = 60_000
/** How far back `matches_10m` and its like reach. */
const MINUTES = 10

/** Counts in all, and in the last ten minutes. */
export class RecentTally {
  total = 0
  readonly #byMinute = new Map<number, number>()

  add(timeMs: number): void {
    const minute = Math.floor(timeMs / MINUTE_MS)
    this.total++
    this.#byMinute.set(minute, (this.#byMinute.get(minute) ?? 0) + 1)
    if (this.#byMinute.size > MINUTES) this.recent(timeMs)
  }

  /** What is older, or of a clock that was set back, is forgotten. */
  recent(timeMs: number): number {
    const now = Math.floor(timeMs / MINUTE_MS)
    let sum = 0
    for (const [minute, count] of this.#byMinute) {
      if (minute <= now && minute > now - MINUTES) sum += count
      else this.#byMinute.delete(minute)
    }
    return sum
  }
}
