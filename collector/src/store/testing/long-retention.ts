import type { Retention } from '../embedded/retention.ts'
import { DAY_MS } from '../embedded/time-spans.ts'

/** Keeps what a test writes. */
export const LONG_RETENTION: Retention = {
  rawMs: 30 * DAY_MS,
  fiveMinutesMs: 400 * DAY_MS,
  oneHourMs: 1_826 * DAY_MS,
}
