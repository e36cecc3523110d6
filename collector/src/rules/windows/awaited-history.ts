import type { HistoryPoints } from '../history.ts'

/** So many numbers wait at most for points that have not come yet: 32 MB. */
const MAX_NUMBERS = 4_000_000
/** Who has not come by then begins with a window that is empty. */
const WAITS_MS = 15 * 60_000

/** The past of points of which no sample has come yet since the engine began: agents take a while to come back. */
export class AwaitedHistory {
  readonly #waiting = new Map<string, HistoryPoints>()
  #numbers = 0
  #newestAtMs = -Infinity

  get isEmpty(): boolean {
    return this.#waiting.size === 0
  }

  /** Keeps a point's past for one of its functions; false where too much waits already. */
  put(pointKey: string, functionKey: string, points: HistoryPoints, atMs: number): boolean {
    if (this.#numbers + 3 * points.times.length > MAX_NUMBERS) return false
    this.take(pointKey, functionKey)
    this.#waiting.set(`${pointKey}\n${functionKey}`, points)
    this.#numbers += 3 * points.times.length
    this.#newestAtMs = atMs
    return true
  }

  take(pointKey: string, functionKey: string): HistoryPoints | undefined {
    const key = `${pointKey}\n${functionKey}`
    const points = this.#waiting.get(key)
    if (points === undefined) return undefined
    this.#waiting.delete(key)
    this.#numbers -= 3 * points.times.length
    return points
  }

  /** Lets go what has waited for too long. */
  forget(atMs: number): void {
    if (this.#waiting.size === 0 || atMs - this.#newestAtMs < WAITS_MS) return
    this.#waiting.clear()
    this.#numbers = 0
  }
}
