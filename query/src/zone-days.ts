const DAY_MS = 86_400_000
/** No zone is further from UTC. */
const FURTHEST_MS = 16 * 3_600_000

/** The days of a time zone. A day's number counts from 1970-01-01 there. */
export class ZoneDays {
  readonly #format: Intl.DateTimeFormat

  /** @throws RangeError where nobody knows the zone */
  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
  }

  /** The number of the day that a time is in. */
  dayOf(timeMs: number): number {
    return Math.floor((timeMs + this.#offsetAt(timeMs)) / DAY_MS)
  }

  /** When a day begins, epoch ms: at midnight, or where the clock is put forward over midnight, then. */
  startOf(day: number): number {
    const midnight = day * DAY_MS
    const near = midnight - this.#offsetAt(midnight)
    const startMs = midnight - this.#offsetAt(near)
    if (this.dayOf(startMs) === day && this.dayOf(startMs - 1) === day - 1) return startMs
    return this.#searchStart(day)
  }

  #searchStart(day: number): number {
    let [before, in_] = [day * DAY_MS - FURTHEST_MS, day * DAY_MS + FURTHEST_MS]
    while (in_ - before > 1) {
      const middle = Math.floor((before + in_) / 2)
      if (this.dayOf(middle) < day) before = middle
      else in_ = middle
    }
    return in_
  }

  #offsetAt(timeMs: number): number {
    const text = this.#format.format(timeMs)
    const [, sign, hours = '0', minutes = '0', seconds = '0'] =
      /GMT(?:([+-])(\d+):(\d+)(?::(\d+))?)?$/.exec(text) ?? []
    const ms = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000
    return sign === '-' ? -ms : ms
  }
}
