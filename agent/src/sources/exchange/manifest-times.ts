import { WallClock } from '@wardround/program/running'
import type { ExchangeWindow } from './exchange-window.ts'

const TIME =
  /^(\d{4})[-/]?(\d{2})[-/]?(\d{2})(?:[ T]?(\d{2}):?(\d{2})(?::?(\d{2})(?:\.\d+)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/

const MINUTE_MS = 60_000
/** No zone is further from UTC. */
const FURTHEST_MS = 26 * 60 * MINUTE_MS
const MOST_KNOWN = 20_000

/** Times of a manifest that belong to one window. What a minute of the zone's clocks is in UTC is asked once: it is by far the dearest question here. */
export class ManifestTimes {
  readonly #window: ExchangeWindow
  readonly #clock: WallClock
  readonly #known = new Map<number, number>()

  constructor(window: ExchangeWindow, timeZone: string) {
    this.#window = window
    this.#clock = new WallClock(timeZone)
  }

  /** Whether the time lies in the window; undefined where it is none. Without an offset it is of the zone's clocks. */
  isInside(text: string): boolean | undefined {
    const match = TIME.exec(text.trim())
    if (match === null) return undefined
    const [, year, month, day, hour = '00', minute = '00', second = '00', offset] = match
    const wallMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
    if (Number.isNaN(wallMs)) return undefined
    const { fromMs, toMs } = this.#window
    if (wallMs < fromMs - FURTHEST_MS || wallMs > toMs + FURTHEST_MS) return false
    const atMs = offset === undefined ? this.#toEpoch(wallMs) : wallMs - aheadMs(offset)
    return atMs >= fromMs && atMs < toMs
  }

  #toEpoch(wallMs: number): number {
    const minuteMs = Math.floor(wallMs / MINUTE_MS) * MINUTE_MS
    let atMs = this.#known.get(minuteMs)
    if (atMs === undefined) {
      atMs = this.#clock.toEpoch(minuteMs)
      if (this.#known.size < MOST_KNOWN) this.#known.set(minuteMs, atMs)
    }
    return atMs + wallMs - minuteMs
  }
}

/** `Z`, `+08:00`, `-0330` */
function aheadMs(offset: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(offset) ?? []
  const ahead = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * MINUTE_MS
  return sign === '-' ? -ahead : ahead
}
