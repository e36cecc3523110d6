import type { Random } from '../random.ts'

export const KIB = 1_024
export const PAGE = 4_096
export const GIB = 1_073_741_824

/** Wanders around 0 within some ± `width`. */
export function wander(random: Random, width: number): () => number {
  let offset = 0
  return () => {
    offset += random.bell() * width * 0.5 - offset * 0.2
    return offset
  }
}

/** Wanders around `start` in multiples of `unit`, by some `step` at a time. */
export function wandering(random: Random, start: number, step: number, unit: number): () => number {
  let now = start
  return () => {
    now = Math.max(now + random.bell() * step + (start - now) * 0.02, 0)
    return multipleOf(unit, now)
  }
}

export function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value
}

export function multipleOf(unit: number, value: number): number {
  return Math.floor(value / unit) * unit
}

export function percentOf(part: number, whole: number): number {
  return hundredths((part / whole) * 100)
}

export function hundredths(value: number): number {
  return Math.round(value * 100) / 100
}

export function thousandths(value: number): number {
  return Math.round(value * 1_000) / 1_000
}
