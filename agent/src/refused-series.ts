import type { Logger } from '@wardround/program'
import type { SeriesTable } from '@wardround/protocol'
import type { Timers } from './clocks.ts'

/** A device's series come with several batches: so long is waited for those that are refused with the first. */
const GATHER_MS = 10_000
/** Reasons of so many subjects are told on a connection. */
const MOST_TOLD = 1_000

interface Refusal {
  readonly host: string
  readonly code: string
  readonly reason: string
  /** The first of them. */
  readonly example: string
  count: number
}

/** What the collector does not take on one connection: one warning for each reason and subject, with the number of series. */
export class RefusedSeries {
  readonly #table: SeriesTable
  readonly #timers: Timers
  readonly #log: Pick<Logger, 'warn'>
  /** Every reason and subject of this connection. */
  readonly #told = new Set<string>()
  readonly #gathered = new Map<string, Refusal>()
  #cancelTimer: (() => void) | undefined

  constructor(table: SeriesTable, timers: Timers, log: Pick<Logger, 'warn'>) {
    this.#table = table
    this.#timers = timers
    this.#log = log
  }

  add(series: number, code: string, reason: string): void {
    const host = this.#table.subjectOf(series)
    const key = JSON.stringify([host, code, reason])
    const gathered = this.#gathered.get(key)
    if (gathered !== undefined) return void gathered.count++
    if (this.#told.has(key) || this.#told.size >= MOST_TOLD) return
    this.#told.add(key)
    const { measurement, field } = this.#table.shapeOf(series)
    const example = `${measurement}.${field}`
    this.#gathered.set(key, { host, code, reason, example, count: 1 })
    this.#cancelTimer ??= this.#timers.after(GATHER_MS, () => this.#tell())
  }

  /** The connection ended: the next one is told anew. */
  end(): void {
    this.#cancelTimer?.()
    this.#tell()
    this.#told.clear()
  }

  #tell(): void {
    this.#cancelTimer = undefined
    for (const { host, code, reason, example, count } of this.#gathered.values())
      this.#log.warn(
        { ...(host === '' ? {} : { host }), code, reason, series: count, example },
        'series are refused and not sent on this connection',
      )
    this.#gathered.clear()
  }
}
