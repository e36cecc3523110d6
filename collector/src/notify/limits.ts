/** Messages that may wait for one channel; beyond it the oldest are given up, visibly. */
export const MAX_QUEUED_PER_CHANNEL = 100_000

/** Messages kept in memory while the outbox can't be written; beyond it the oldest are dropped, counted. */
export const MAX_UNSAVED_DELIVERIES = 10_000

/** Messages under way to one channel at a time. */
export const MAX_IN_FLIGHT_PER_CHANNEL = 4

/** Decisions kept while they can't be written; beyond it the oldest are lost. */
export const MAX_UNSAVED_DECISIONS = 50_000

/** Transitions kept for the history while it can't be written; beyond it the oldest are lost, counted. */
export const MAX_UNSAVED_TRANSITIONS = 10_000

/** Notices that one digest takes in; each may hold some hundred alerts, and all of them are in memory at once. */
export const MAX_NOTICES_PER_DIGEST = 200

/** Bytes of one request that relays a notice; alerts that have no room in it are counted. */
export const MAX_RELAY_BYTES = 4 * 1024 * 1024
