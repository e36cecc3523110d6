import { tooManyPoints } from './query-error.ts'
import type { Query } from './query.ts'
import { ZoneDays } from './zone-days.ts'

const DAY_MS = 86_400_000
/** No answer has more windows. */
export const MAX_WINDOWS = 1_000_000

/** Windows of one length, one after the other. */
export interface WindowRun {
  readonly startMs: number
  readonly stepMs: number
  readonly count: number
}

/** The windows of a query, in the order of time, from number 0 on. One run, except over the days on which a time zone changes its clock. */
export class Windows {
  readonly runs: readonly WindowRun[]
  readonly count: number
  /** Where the window before the first begins, at which rates look: it has number −1. */
  readonly beforeMs: number
  /** Number of the first window of each run. */
  readonly #firsts: readonly number[]

  constructor(runs: readonly WindowRun[], beforeMs: number) {
    this.runs = runs
    this.beforeMs = beforeMs
    const firsts: number[] = []
    let count = 0
    for (const run of runs) {
      firsts.push(count)
      count += run.count
    }
    this.#firsts = firsts
    this.count = count
  }

  /** The number of the window that a time is in; the time must be in one of them, or in the one before the first. */
  indexOf(timeMs: number): number {
    const run = this.#runWhere((at) => this.runs[at]!.startMs <= timeMs)
    if (run < 0) return -1
    const { startMs, stepMs } = this.runs[run]!
    return this.#firsts[run]! + Math.floor((timeMs - startMs) / stepMs)
  }

  startOf(window: number): number {
    if (window < 0) return this.beforeMs
    const run = this.#runWhere((at) => this.#firsts[at]! <= window)
    const { startMs, stepMs } = this.runs[run]!
    return startMs + (window - this.#firsts[run]!) * stepMs
  }

  endOf(window: number): number {
    if (window < 0) return this.runs[0]!.startMs
    const run = this.#runWhere((at) => this.#firsts[at]! <= window)
    return this.startOf(window) + this.runs[run]!.stepMs
  }

  /** Where each of them begins. */
  starts(): Float64Array {
    const starts = new Float64Array(this.count)
    let window = 0
    for (const { startMs, stepMs, count } of this.runs) {
      for (let i = 0; i < count; i++) starts[window++] = startMs + i * stepMs
    }
    return starts
  }

  /** The last run for which it holds; −1 for none. There are few. */
  #runWhere(holds: (run: number) => boolean): number {
    for (let run = this.runs.length - 1; run >= 0; run--) if (holds(run)) return run
    return -1
  }
}

/** The windows in which samples of the query's range can be. The query has passed checkQuery. @throws QueryError when there are too many */
export function windowsOf(
  query: Pick<Query, 'stepMs' | 'fromMs' | 'toMs' | 'timeZone' | 'offsetMs'>,
): Windows {
  const { stepMs, fromMs, toMs, timeZone, offsetMs = 0 } = query
  const about = Math.ceil((toMs - fromMs) / stepMs)
  if (about > MAX_WINDOWS) throw tooManyPoints(about, MAX_WINDOWS)
  if (timeZone !== undefined) return zoneWindows(query, new ZoneDays(timeZone))
  const startMs = Math.floor((fromMs - offsetMs) / stepMs) * stepMs + offsetMs
  const count = Math.ceil((toMs - startMs) / stepMs)
  return new Windows([{ startMs, stepMs, count }], startMs - stepMs)
}

function zoneWindows(
  { stepMs, fromMs, toMs }: Pick<Query, 'stepMs' | 'fromMs' | 'toMs'>,
  zone: ZoneDays,
): Windows {
  const daysEach = Math.max(1, stepMs / DAY_MS)
  const first = Math.floor(zone.dayOf(fromMs) / daysEach) * daysEach
  // The window before the first may be in the days before.
  const from = first - daysEach
  const builder = new RunBuilder(fromMs, toMs)
  let startMs = zone.startOf(from)
  for (let day = from; startMs < toMs; day += daysEach) {
    const endMs = zone.startOf(day + daysEach)
    builder.addDay(startMs, endMs, stepMs)
    startMs = endMs
  }
  return builder.finish()
}

/** Puts windows of equal length together to runs. */
class RunBuilder {
  readonly #fromMs: number
  readonly #toMs: number
  readonly #runs: { startMs: number; stepMs: number; count: number }[] = []
  #beforeMs = Number.NaN

  constructor(fromMs: number, toMs: number) {
    this.#fromMs = fromMs
    this.#toMs = toMs
  }

  /** One day, or several that are one window. */
  addDay(startMs: number, endMs: number, stepMs: number): void {
    if (stepMs >= DAY_MS) {
      this.#add(startMs, endMs - startMs)
      return
    }
    // From the window before the first that is wanted: a day has many of a millisecond.
    const passed = Math.max(0, Math.floor((this.#fromMs - startMs) / stepMs) - 1)
    const untilMs = Math.min(endMs, this.#toMs)
    for (let at = startMs + passed * stepMs; at < untilMs; at += stepMs) {
      this.#add(at, Math.min(stepMs, endMs - at))
    }
  }

  finish(): Windows {
    return new Windows(this.#runs, this.#beforeMs)
  }

  #add(startMs: number, stepMs: number): void {
    if (startMs + stepMs <= this.#fromMs) this.#beforeMs = startMs
    else if (startMs < this.#toMs) {
      const last = this.#runs.at(-1)
      if (last?.stepMs === stepMs) last.count++
      else this.#runs.push({ startMs, stepMs, count: 1 })
    }
  }
}
