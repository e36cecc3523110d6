import { isTimeZone, type LocalizedText, WallClock } from '@wardround/program'
import { formatValue } from '../../rules/texts/format-value.ts'

const CHINA_OFFSET_MS = 8 * 3_600_000

/** `12:31` of the same day as `nearMs`, else `11-22 12:31`, else with the year; where the clocks are not China's, with their distance to UTC. */
export function formatMoment(atMs: number, nearMs: number, clock: WallClock): string {
  const shown = new Date(clock.at(atMs)).toISOString()
  const near = new Date(clock.at(nearMs)).toISOString()
  const from =
    shown.slice(0, 10) === near.slice(0, 10) ? 11 : shown.slice(0, 4) === near.slice(0, 4) ? 5 : 0
  return shown.slice(from, 16).replace('T', ' ') + zoneOf(clock.offsetMs(atMs))
}

/** The clocks of a zone; UTC's where it is not said, or another system's name for one that this system doesn't know. */
export function clockOf(timeZone: string | undefined): WallClock {
  return new WallClock(timeZone !== undefined && isTimeZone(timeZone) ? timeZone : 'UTC')
}

function zoneOf(offsetMs: number): string {
  if (offsetMs === CHINA_OFFSET_MS) return ''
  const hours = offsetMs / 3_600_000
  return hours === 0 ? ' UTC' : ` UTC${hours > 0 ? '+' : ''}${hours}`
}

/** A length of time as people say it. */
export function formatSpan(ms: number): LocalizedText {
  return formatValue(Math.max(0, Math.round(ms / 1000)), 'seconds')
}
