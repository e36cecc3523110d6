import { signal } from '@preact/signals'

/** A range of the charts and the window that gives some 300 points of it. */
export const RANGES = {
  '15m': { lengthMs: 15 * 60_000, step: '10s', stepMs: 10_000 },
  '1h': { lengthMs: 3_600_000, step: '10s', stepMs: 10_000 },
  '6h': { lengthMs: 6 * 3_600_000, step: '1m', stepMs: 60_000 },
  '24h': { lengthMs: 24 * 3_600_000, step: '5m', stepMs: 300_000 },
  '7d': { lengthMs: 7 * 86_400_000, step: '30m', stepMs: 1_800_000 },
  '30d': { lengthMs: 30 * 86_400_000, step: '2h', stepMs: 7_200_000 },
} as const

export type RangeName = keyof typeof RANGES

export const RANGE_NAMES = [
  '15m',
  '1h',
  '6h',
  '24h',
  '7d',
  '30d',
] as const satisfies readonly RangeName[]

export const range = signal<RangeName>('15m')
