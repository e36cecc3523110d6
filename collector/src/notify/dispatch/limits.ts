/** Alerts that one notice lists; the rest is a number. */
export const MAX_ALERTS_PER_NOTICE = 200

/** Alerts that have ended and are remembered for KEPT_ENDED_MS at most, the newest of them. */
export const MAX_ENDED_ALERTS = 10_000

/** Silences that have not yet ended. */
export const MAX_SILENCES = 1_000

/** How many days ahead a silence may end: what is meant for ever is a route without channels. */
export const MAX_SILENCE_DAYS = 366

/** Instances of databases whose database is known; what is beyond stands for itself. */
export const MAX_INSTANCES = 10_000

/** People of one notice. */
export const MAX_PEOPLE = 50
