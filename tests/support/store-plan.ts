/** Hosts of the invented journal, and series of each. */
export const STORE_HOSTS = 4
export const STORE_SERIES = 20

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const EVERY_MS = 5 * MINUTE_MS
const START_MS = Date.UTC(2026, 2, 3, 22, 40)
/** Each seventh record is a day late. */
const LATE_EVERY = 7
const LATE_MS = 26 * HOUR_MS

export const STORE_RETENTION = {
  rawMs: 2 * DAY_MS,
  fiveMinutesMs: 4 * DAY_MS,
  oneHourMs: 60 * DAY_MS,
} as const

/** What a store program is to do: sent as JSON in its first argument. */
export interface StorePlan {
  readonly directory: string
  /** How far programs before it had come: time does not go back. */
  readonly reached: number
  /** Ends in order at this record and tells all that is stored; absent: goes on until it is killed. */
  readonly last?: number
}

export type StoreReport =
  | { readonly type: 'progress'; readonly record: number }
  | { readonly type: 'stored'; readonly points: readonly StoredPoints[] }

export interface StoredPoints {
  readonly host: string
  readonly series: number
  readonly points: readonly (readonly [number, number])[]
}

/** When a record of the invented journal is received. */
export function receivedAtMs(record: number): number {
  return START_MS + record * EVERY_MS
}

/** The time of its samples: some come late. No two records have the same. */
export function sampleTimeMs(record: number): number {
  return receivedAtMs(record) - (record % LATE_EVERY === 0 ? LATE_MS - MINUTE_MS : 0)
}
