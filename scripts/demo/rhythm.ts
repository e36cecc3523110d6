import { seedOf } from './noise.ts'

/** How busy something is over the week. */
export interface Rhythm {
  /** From some 0.05 to 1. */
  level(timeMs: number): number
  /** The level summed up since 1970, in seconds: what a counter grows by. Never falls. */
  total(timeMs: number): number
}

const SLOT_MS = 300_000
const DAY_SLOTS = 288
const WEEK_SLOTS = 7 * DAY_SLOTS
const WEEK_MS = WEEK_SLOTS * SLOT_MS
/** China has one time zone and no summer time; 1970-01-01 was a Thursday. */
const TO_MONDAY_MS = (8 + 3 * 24) * 3_600_000
/** Waves on top of the week: period in minutes and height. */
const WAVES: readonly (readonly [minutes: number, height: number])[] = [
  [23, 0.012],
  [71, 0.014],
  [389, 0.02],
]

export interface WeekShape {
  /** Of what an hour of the clock (0 to 24, with its part) asks for on a working day, 0 to 1. */
  readonly hour: (hour: number) => number
  /** The same hour at the weekend asks for so much of it. */
  readonly weekend: number
}

/** People come at half past eight, have lunch at noon and leave after five; a few stay. */
export const OFFICE: WeekShape = {
  hour: (hour) =>
    hill(hour, 9.8, 1.3) +
    0.85 * hill(hour, 15.2, 1.6) +
    0.25 * hill(hour, 12.3, 1.2) +
    0.12 * hill(hour, 19.5, 1.6),
  weekend: 0.22,
}

/** Batches at night, reports in the morning. */
export const NIGHTLY: WeekShape = {
  hour: (hour) => hill(hour, 1.9, 0.9) + 0.7 * hill(hour, 4.2, 0.7) + 0.3 * hill(hour, 10, 2.5),
  weekend: 0.8,
}

/** Much the same at every hour. */
export const STEADY: WeekShape = { hour: (hour) => 0.5 + 0.2 * hill(hour, 14, 4), weekend: 0.9 }

export function rhythmOf(name: string, shape: WeekShape): Rhythm {
  const seed = seedOf(name)
  const levels = Float64Array.from({ length: WEEK_SLOTS + 1 }, (_, at) =>
    levelAt(at % WEEK_SLOTS, shape),
  )
  const sums = new Float64Array(WEEK_SLOTS + 1)
  for (let at = 1; at <= WEEK_SLOTS; at++)
    sums[at] = sums[at - 1]! + ((levels[at - 1]! + levels[at]!) / 2) * (SLOT_MS / 1000)
  const waves = WAVES.map(([minutes, height], at) => ({
    height,
    perMs: (2 * Math.PI) / ((minutes + (seed % 7)) * 60_000),
    phase: (seed >>> (at * 5)) % 6.283,
  }))
  return {
    level(timeMs) {
      const week = (timeMs + TO_MONDAY_MS) % WEEK_MS
      const slot = Math.floor(week / SLOT_MS)
      const part = week / SLOT_MS - slot
      let level = levels[slot]! * (1 - part) + levels[slot + 1]! * part
      for (const { height, perMs, phase } of waves)
        level += height * Math.sin(timeMs * perMs + phase)
      return level
    },
    total(timeMs) {
      const since = timeMs + TO_MONDAY_MS
      const week = since % WEEK_MS
      const slot = Math.floor(week / SLOT_MS)
      const part = week / SLOT_MS - slot
      const within =
        (levels[slot]! + ((levels[slot + 1]! - levels[slot]!) * part) / 2) * part * (SLOT_MS / 1000)
      let total = Math.floor(since / WEEK_MS) * sums[WEEK_SLOTS]! + sums[slot]! + within
      for (const { height, perMs, phase } of waves)
        total += ((height / perMs) * (1 - Math.cos(timeMs * perMs + phase))) / 1000
      return total
    },
  }
}

/** The floor keeps the level above what the waves take away. */
function levelAt(slot: number, { hour, weekend }: WeekShape): number {
  const share = slot >= 5 * DAY_SLOTS ? weekend : 1
  return 0.1 + 0.85 * Math.min(1, hour((slot % DAY_SLOTS) / 12) * share)
}

function hill(hour: number, top: number, width: number): number {
  const apart = Math.min(Math.abs(hour - top), 24 - Math.abs(hour - top)) / width
  return Math.exp(-0.5 * apart * apart)
}
