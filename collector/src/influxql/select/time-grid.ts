import { windowsOf } from '@wardround/query'
import type { Query } from '@wardround/query'
import { zoneOffset } from '../conditions/zone-offset.ts'
import { StatementError } from '../influxql-error.ts'
import type { Span } from './data-source.ts'

/** How often a zone's clocks are looked at: no change of them lasts shorter. */
const LOOK_EVERY_MS = 7 * 86_400_000

export type GridQuery = Pick<Query, 'stepMs' | 'offsetMs' | 'timeZone'>

/** The windows of GROUP BY time. */
export class TimeGrid {
  readonly stepMs: number
  /** As the query model says it. */
  readonly query: GridQuery
  #lastStartMs = Number.NaN
  #lastEndMs = Number.NaN

  private constructor(query: GridQuery) {
    this.stepMs = query.stepMs
    this.query = query
  }

  /** Where a zone's clocks don't change in the span, its midnights are an offset. @throws StatementError */
  static of(stepMs: number, offsetMs: number, timeZone: string | undefined, span: Span): TimeGrid {
    if (timeZone === undefined) return new TimeGrid({ stepMs, offsetMs: modulo(offsetMs, stepMs) })
    const offset = zoneOffset(timeZone)
    const first = offset(span.fromMs)
    let isSame = offset(span.toMs) === first
    for (let at = span.fromMs; isSame && at < span.toMs; at += LOOK_EVERY_MS) {
      isSame = offset(at) === first
    }
    if (isSame) return new TimeGrid({ stepMs, offsetMs: modulo(offsetMs - first, stepMs) })
    if (offsetMs === 0) return new TimeGrid({ stepMs, timeZone })
    throw new StatementError({
      zh: `time() 的偏移不能与 tz('${timeZone}') 同用：查询的时间范围内该时区的时钟有调整`,
      en: `an offset in time() can't be used with tz('${timeZone}'): the zone's clocks change in the time that is asked for`,
    })
  }

  /** Where the window begins that a time is in. */
  startOf(timeMs: number): number {
    const { stepMs, offsetMs = 0, timeZone } = this.query
    if (timeZone === undefined) return Math.floor((timeMs - offsetMs) / stepMs) * stepMs + offsetMs
    if (!(timeMs >= this.#lastStartMs && timeMs < this.#lastEndMs)) {
      const windows = windowsOf({ stepMs, timeZone, fromMs: timeMs, toMs: timeMs + 1 })
      this.#lastStartMs = windows.startOf(0)
      this.#lastEndMs = windows.endOf(0)
    }
    return this.#lastStartMs
  }

  /** Where each window begins that a span touches. @throws QueryError where they are too many */
  starts(span: Span): Float64Array {
    return windowsOf({ ...this.query, ...span }).starts()
  }
}

function modulo(value: number, of: number): number {
  return ((value % of) + of) % of
}
