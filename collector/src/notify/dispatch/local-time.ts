import { WallClock } from '@wardround/program'

/** A moment as a clock and a calendar of some place show it. */
export interface LocalTime {
  /** 00:00 UTC of its date. */
  readonly dayMs: number
  /** 0 is Sunday. */
  readonly weekday: number
  /** Since the place's midnight by the clock on the wall, 0–1439. */
  readonly minute: number
}

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** Reads a zone's clock. Zones differ from UTC by whole minutes, so what was found is good for a minute. */
export function openLocalClock(zone: string): (atMs: number) => LocalTime {
  const clock = new WallClock(zone)
  let foundAt = Number.NaN
  let found: LocalTime | undefined
  return (atMs) => {
    const minuteAt = Math.floor(atMs / MINUTE_MS)
    if (found === undefined || minuteAt !== foundAt) {
      found = toLocalTime(clock.at(minuteAt * MINUTE_MS))
      foundAt = minuteAt
    }
    return found
  }
}

function toLocalTime(wallMs: number): LocalTime {
  const dayMs = Math.floor(wallMs / DAY_MS) * DAY_MS
  return {
    dayMs,
    weekday: new Date(dayMs).getUTCDay(),
    minute: Math.floor((wallMs - dayMs) / MINUTE_MS),
  }
}
