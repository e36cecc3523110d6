import { WallClock } from '@wardround/program/running'

/** A stretch of business time: from (included) to (not included), epoch ms. */
export interface ExchangeWindow {
  readonly fromMs: number
  readonly toMs: number
}

const DAY_MS = 86_400_000
/** The first of January 1970 was a Thursday; weeks begin on Monday. */
const FIRST_MONDAY_MS = 4 * DAY_MS

/**
 * The latest whole window that ended at least `settleMs` ago. Windows begin at local midnight, those shorter than a day at whole parts of it, those
 * of whole weeks on Monday.
 */
export function latestWindow(
  nowMs: number,
  windowMs: number,
  settleMs: number,
  timeZone: string,
): ExchangeWindow {
  const settledMs = nowMs - settleMs
  const clock = new WallClock(timeZone)
  const localMs = settledMs + clock.offsetMs(settledMs)
  const originMs = windowMs % (7 * DAY_MS) === 0 ? FIRST_MONDAY_MS : 0
  const endMs = originMs + Math.floor((localMs - originMs) / windowMs) * windowMs
  return {
    fromMs: clock.toEpoch(endMs - windowMs),
    toMs: clock.toEpoch(endMs),
  }
}

/** `2026-11-21 00:00:00` on the clocks of the zone. */
export function formatLocal(ms: number, timeZone: string): string {
  return new Date(ms + new WallClock(timeZone).offsetMs(ms))
    .toISOString()
    .slice(0, 19)
    .replace('T', ' ')
}

/** `+08:00` */
export function formatOffset(ms: number, timeZone: string): string {
  const minutes = Math.round(new WallClock(timeZone).offsetMs(ms) / 60_000)
  const [hour, minute] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
  const digits = [hour, minute].map((part) => String(part).padStart(2, '0')).join(':')
  return `${minutes < 0 ? '-' : '+'}${digits}`
}
