/** Samples of one point that are missing before it is: one or two that come late are not. */
export const MIN_INTERVALS = 3

/** What came once says nothing yet of how often: a site may have set an interval longer than the probe's own. */
const SEEN_ONCE_MS = 3_600_000

/**
 * How often each point comes, told by the times of its newest samples: of several probes that may give a measurement each has its own interval, and a
 * site may set another. It is the shorter of the two newest intervals: a sample that was skipped, or a time in which the point was gone, is not its pace.
 */
export class PointPaces {
  /** By point, all in ms; 0: not known. */
  #sampledAtOf = new Float64Array(64)
  #newestOf = new Float64Array(64)
  #everyOf = new Float64Array(64)

  /** A sample of this time (its own, not that of its arrival: what waited for a connection arrives together). */
  take(point: number, timeMs: number): void {
    if (point >= this.#everyOf.length) this.#grow(point)
    const beforeMs = this.#sampledAtOf[point] ?? 0
    const gapMs = timeMs - beforeMs
    if (gapMs === 0) return
    this.#sampledAtOf[point] = timeMs
    if (beforeMs === 0 || gapMs < 0) return
    const newestMs = this.#newestOf[point] ?? 0
    this.#newestOf[point] = gapMs
    if (newestMs > 0) this.#everyOf[point] = Math.min(newestMs, gapMs)
  }

  /** After how long without a sample, in ms, one must be missing; `usualMs` is how often it comes at the seldomest, as far as declared. */
  patienceMs(point: number, usualMs: number): number {
    const everyMs = this.#everyOf[point] ?? 0
    if (everyMs > 0) return MIN_INTERVALS * everyMs
    const newestMs = this.#newestOf[point] ?? 0
    const isOnlySeen = newestMs === 0 && (this.#sampledAtOf[point] ?? 0) > 0
    return Math.max(MIN_INTERVALS * Math.max(newestMs, usualMs), isOnlySeen ? SEEN_ONCE_MS : 0)
  }

  /** What was known of the same point under another number. */
  takeOver(point: number, before: PointPaces, number: number): void {
    if (point >= this.#everyOf.length) this.#grow(point)
    this.#sampledAtOf[point] = before.#sampledAtOf[number] ?? 0
    this.#newestOf[point] = before.#newestOf[number] ?? 0
    this.#everyOf[point] = before.#everyOf[number] ?? 0
  }

  #grow(point: number): void {
    const capacity = Math.max(point + 1, this.#everyOf.length * 2)
    const into = (from: Float64Array) => {
      const grown = new Float64Array(capacity)
      grown.set(from)
      return grown
    }
    this.#sampledAtOf = into(this.#sampledAtOf)
    this.#newestOf = into(this.#newestOf)
    this.#everyOf = into(this.#everyOf)
  }
}
