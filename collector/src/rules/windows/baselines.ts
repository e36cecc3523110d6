import type { HistoryPoints } from '../history.ts'
import { medianOf } from './trend.ts'

const HOUR_MS = 3_600_000
const DAYS = 7
/** Of fewer days there is no baseline. */
const MIN_DAYS = 4

interface Baseline {
  /** The first hour that it is for, epoch hours; it is for 24 of them. */
  readonly fromHour: number
  /** By hour from there; NaN where too few days are known. */
  readonly medians: Float64Array
}

/**
 * What is usual at each hour of the day: the median of the means of the same hour of the last seven days. The hours of the coming day are known
 * in advance, since all that they stand on is past. An hour is a whole one of UTC, which is whole in China too.
 */
export class Baselines {
  readonly #byState = new Map<number, Baseline>()
  readonly #means = new Float64Array(DAYS)

  /** What is usual at a time, epoch ms; NaN where that is not known. */
  at(state: number, timeMs: number): number {
    const baseline = this.#byState.get(state)
    if (baseline === undefined) return NaN
    return baseline.medians[Math.floor(timeMs / HOUR_MS) - baseline.fromHour] ?? NaN
  }

  /** Takes in the hourly means of the last days; from the hour of `atMs` on they are what is usual. */
  fill(state: number, { times, values }: HistoryPoints, atMs: number): void {
    const fromHour = Math.floor(atMs / HOUR_MS)
    const meanOf = new Map<number, number>()
    times.forEach((timeMs, index) => {
      meanOf.set(Math.floor(timeMs / HOUR_MS), values[index] ?? NaN)
    })
    const medians = new Float64Array(24)
    for (let hour = 0; hour < 24; hour++) medians[hour] = this.#medianOf(fromHour + hour, meanOf)
    this.#byState.set(state, { fromHour, medians })
  }

  #medianOf(hour: number, meanOf: ReadonlyMap<number, number>): number {
    let known = 0
    for (let day = 1; day <= DAYS; day++) {
      const mean = meanOf.get(hour - 24 * day)
      if (mean !== undefined) this.#means[known++] = mean
    }
    return known < MIN_DAYS ? NaN : medianOf(this.#means, known)
  }
}
