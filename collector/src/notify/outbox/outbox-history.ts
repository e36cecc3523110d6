import type { DatabaseSync } from 'node:sqlite'
import type { GivenUpDelivery } from './outbox-store.ts'
import { toGivenUp } from './outbox-rows.ts'

/** Back-off lets a message be tried so often within a minute. */
const MAX_COUNTED_ATTEMPTS = 7

/** What was tried, and what was given up. */
export function openHistory(database: DatabaseSync) {
  const givenUp = database.prepare(`
    SELECT delivery_id, channel, group_key, created_at_ms, attempts, at_ms, reason, detail FROM notification_outbox
    WHERE state = 2 ORDER BY at_ms DESC, number DESC LIMIT ?`)
  // The rows of a digest have one time and one attempt each: they were one request.
  const recent = database.prepare(`
    SELECT at_ms, max(attempts) AS attempts FROM notification_outbox WHERE channel = ? AND at_ms > ? AND attempts > 0 GROUP BY at_ms`)
  return {
    /** Earlier attempts of a message are counted as if they had been made when its last was: rather too many than too few. */
    recentAttempts: (channels: readonly string[], sinceMs: number): number[] =>
      channels
        .flatMap((channel) => recent.all(channel, sinceMs))
        .flatMap((row) =>
          Array.from({ length: Math.min(Number(row['attempts']), MAX_COUNTED_ATTEMPTS) }, () =>
            Number(row['at_ms']),
          ),
        ),
    givenUp: (limit: number): GivenUpDelivery[] => givenUp.all(limit).map(toGivenUp),
  }
}
