import { DAY_MS } from './time-spans.ts'

/** How long each kind of data is kept, in ms. */
export interface Retention {
  readonly rawMs: number
  readonly fiveMinutesMs: number
  readonly oneHourMs: number
}

export const DEFAULT_RETENTION: Retention = {
  rawMs: 30 * DAY_MS,
  fiveMinutesMs: 400 * DAY_MS,
  oneHourMs: 5 * 366 * DAY_MS,
}
