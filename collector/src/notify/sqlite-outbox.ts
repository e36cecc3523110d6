import type { DatabaseSync } from 'node:sqlite'
import { MAX_QUEUED_PER_CHANNEL } from './limits.ts'
import type { Notice } from './notice.ts'
import type {
  Delivery,
  DueDeliveries,
  FailedAttempt,
  FailureReason,
  GivenUpDelivery,
  NewDelivery,
  OutboxCount,
} from './outbox-store.ts'

/**
 * Kept beside the code that reads it; run by the state's migrations. state: 0 queued, 1 sent, 2 given up. `number` keeps the order of enqueue. The body
 * goes once nobody needs it.
 */
export const NOTIFICATION_TABLES = `
CREATE TABLE notification_outbox (
  number INTEGER PRIMARY KEY,
  delivery_id TEXT NOT NULL UNIQUE,
  webhook TEXT NOT NULL,
  group_key TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  body TEXT NOT NULL,
  state INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_attempt_at_ms INTEGER NOT NULL DEFAULT 0,
  at_ms INTEGER NOT NULL DEFAULT 0,
  reason TEXT NOT NULL DEFAULT '',
  detail TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX notification_outbox_queued ON notification_outbox (webhook, group_key, number) WHERE state = 0;
CREATE INDEX notification_outbox_given_up ON notification_outbox (at_ms) WHERE state = 2;
CREATE INDEX notification_outbox_age ON notification_outbox (created_at_ms);
CREATE INDEX notification_outbox_state ON notification_outbox (webhook, state);
`

/** A later migration. What waits from before had a body ready to be sent, which no channel could read: it is given up, visibly. */
export const NOTICES_IN_OUTBOX = `
ALTER TABLE notification_outbox RENAME COLUMN webhook TO channel;
ALTER TABLE notification_outbox RENAME COLUMN body TO notice;
UPDATE notification_outbox SET state = 2, notice = '', at_ms = created_at_ms, reason = 'unreadable', detail = 'written by an older version'
  WHERE state = 0;
CREATE INDEX notification_outbox_attempted ON notification_outbox (channel, at_ms);
`

/** The notification outbox over node:sqlite, for the state worker's thread; the functions are NotificationOutbox's, synchronous. */
export function openNotificationTable(database: DatabaseSync) {
  const insert = database.prepare(`
    INSERT OR IGNORE INTO notification_outbox (delivery_id, channel, group_key, created_at_ms, notice)
    VALUES (:deliveryId, :channel, :groupKey, :createdAtMs, :notice)`)
  const bound = openBound(database)
  const outcomes = openOutcomes(database)
  const waiting = openWaiting(database, (deliveryIds, failure) =>
    outcomes.giveUp(deliveryIds, failure),
  )
  const prune = database.prepare('DELETE FROM notification_outbox WHERE created_at_ms < ?')
  return {
    /** Idempotent by deliveryId; legal inside a transaction of the caller's. */
    enqueue(deliveries: readonly NewDelivery[]): void {
      for (const { deliveryId, channel, groupKey, createdAtMs, notice } of deliveries)
        insert.run({ deliveryId, channel, groupKey, createdAtMs, notice: JSON.stringify(notice) })
      for (const channel of new Set(deliveries.map((delivery) => delivery.channel)))
        bound(channel, Math.max(...deliveries.map((delivery) => delivery.createdAtMs)))
    },
    ...waiting,
    ...outcomes,
    /** Forgets what is older; of a channel that is no longer configured also what still waits. */
    purge: (createdBeforeMs: number): void => void prune.run(createdBeforeMs),
  }
}

/** Gives up the oldest messages of a channel beyond the bound. */
function openBound(database: DatabaseSync): (channel: string, nowMs: number) => void {
  const count = database.prepare(
    'SELECT count(*) AS queued FROM notification_outbox WHERE channel = ? AND state = 0',
  )
  const overflow = database.prepare(`
    UPDATE notification_outbox SET state = 2, notice = '', at_ms = :nowMs, reason = 'overflow', detail = 'the queue was full'
    WHERE number IN (SELECT number FROM notification_outbox WHERE channel = :channel AND state = 0 ORDER BY number LIMIT :surplus)`)
  return (channel, nowMs) => {
    const surplus = Number(count.get(channel)?.['queued']) - MAX_QUEUED_PER_CHANNEL
    if (surplus > 0) overflow.run({ channel, nowMs, surplus })
  }
}

/** What is due and has none before it in its group for which `stands` holds. */
function dueBehindNothing(stands: string): string {
  return `
    SELECT delivery_id, channel, group_key, created_at_ms, notice, attempts FROM notification_outbox AS candidate
    WHERE channel = :channel AND state = 0 AND next_attempt_at_ms <= :nowMs AND NOT EXISTS (
      SELECT 1 FROM notification_outbox AS earlier
      WHERE earlier.channel = :channel AND earlier.group_key = candidate.group_key AND earlier.state = 0
        AND ${stands})
    ORDER BY number LIMIT :limit`
}

function openWaiting(
  database: DatabaseSync,
  giveUp: (deliveryIds: readonly string[], failure: FailedAttempt) => void,
) {
  const due = {
    heads: database.prepare(dueBehindNothing('earlier.number < candidate.number')),
    all: database.prepare(
      dueBehindNothing('earlier.number < candidate.number AND earlier.next_attempt_at_ms > :nowMs'),
    ),
  }
  const next = database.prepare(
    'SELECT min(next_attempt_at_ms) AS next FROM notification_outbox WHERE channel = ? AND state = 0 AND next_attempt_at_ms > ?',
  )
  const counts = database.prepare(
    'SELECT channel, state, count(*) AS count FROM notification_outbox GROUP BY channel, state',
  )
  return {
    /** What can't be read is given up, and with it its group is free again at the next look. */
    due(
      channel: string,
      nowMs: number,
      limit: number,
      which: 'heads' | 'all' = 'heads',
    ): DueDeliveries {
      const rows = due[which].all({ channel, nowMs, limit })
      const deliveries = rows.map(toDelivery).filter((delivery) => delivery !== undefined)
      const nextDueAtMs = next.get(channel, nowMs)?.['next']
      const unreadable = deliveries.length < rows.length
      if (unreadable) {
        const readable = new Set(deliveries.map(({ deliveryId }) => deliveryId))
        const ids = rows.map((row) => String(row['delivery_id'])).filter((id) => !readable.has(id))
        giveUp(ids, { atMs: nowMs, reason: 'unreadable', detail: 'damaged in the outbox' })
      }
      const later = typeof nextDueAtMs === 'number' ? nextDueAtMs : undefined
      return { deliveries, nextDueAtMs: unreadable ? nowMs + 1 : later }
    },
    counts(): Record<string, OutboxCount> {
      const byChannel: Record<string, { queued: number; sent: number; givenUp: number }> = {}
      for (const row of counts.all()) {
        const count = (byChannel[String(row['channel'])] ??= { queued: 0, sent: 0, givenUp: 0 })
        const state = (['queued', 'sent', 'givenUp'] as const)[Number(row['state'])]
        if (state !== undefined) count[state] = Number(row['count'])
      }
      return byChannel
    },
  }
}

function openOutcomes(database: DatabaseSync) {
  const sent = database.prepare(`
    UPDATE notification_outbox SET state = 1, notice = '', attempts = attempts + 1, at_ms = :atMs, reason = '', detail = ''
    WHERE delivery_id = :deliveryId AND state = 0`)
  const failed = database.prepare(`
    UPDATE notification_outbox SET attempts = attempts + 1, next_attempt_at_ms = :nextAttemptAtMs, at_ms = :atMs, reason = :reason, detail = :detail
    WHERE delivery_id = :deliveryId AND state = 0`)
  const giveUp = database.prepare(`
    UPDATE notification_outbox SET state = 2, notice = '', attempts = attempts + 1, at_ms = :atMs, reason = :reason, detail = :detail
    WHERE delivery_id = :deliveryId AND state = 0`)
  const givenUp = database.prepare(`
    SELECT delivery_id, channel, group_key, created_at_ms, attempts, at_ms, reason, detail FROM notification_outbox
    WHERE state = 2 ORDER BY at_ms DESC, number DESC LIMIT ?`)
  // The rows of a digest have one time and one attempt each: they were one request.
  const recent = database.prepare(`
    SELECT at_ms, max(attempts) AS attempts FROM notification_outbox WHERE channel = ? AND at_ms > ? AND attempts > 0 GROUP BY at_ms`)
  return {
    markSent(deliveryIds: readonly string[], atMs: number): void {
      for (const deliveryId of deliveryIds) sent.run({ deliveryId, atMs })
    },
    markFailed(
      deliveryIds: readonly string[],
      failure: FailedAttempt,
      nextAttemptAtMs: number,
    ): void {
      for (const deliveryId of deliveryIds) failed.run({ deliveryId, ...failure, nextAttemptAtMs })
    },
    giveUp(deliveryIds: readonly string[], failure: FailedAttempt): void {
      for (const deliveryId of deliveryIds) giveUp.run({ deliveryId, ...failure })
    },
    /** Earlier attempts of a message are counted as if they had been made when its last was: rather too many than too few. */
    recentAttempts: (channel: string, sinceMs: number): number[] =>
      recent
        .all(channel, sinceMs)
        .flatMap((row) =>
          Array.from({ length: Math.min(Number(row['attempts']), MAX_COUNTED_ATTEMPTS) }, () =>
            Number(row['at_ms']),
          ),
        ),
    givenUp: (limit: number): GivenUpDelivery[] => givenUp.all(limit).map(toGivenUp),
  }
}

/** Back-off lets a message be tried so often within a minute. */
const MAX_COUNTED_ATTEMPTS = 7

type Row = Record<string, unknown>

/** Undefined where the notice is damaged. */
function toDelivery(row: Row): Delivery | undefined {
  const notice = readNotice(String(row['notice']))
  return notice === undefined
    ? undefined
    : {
        deliveryId: String(row['delivery_id']),
        channel: String(row['channel']),
        groupKey: String(row['group_key']),
        createdAtMs: Number(row['created_at_ms']),
        notice,
        attempts: Number(row['attempts']),
      }
}

function readNotice(json: string): Notice | undefined {
  try {
    const found: unknown = JSON.parse(json)
    const isNotice = typeof found === 'object' && found !== null && 'alerts' in found
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written from a Notice alone
    return isNotice ? (found as Notice) : undefined
  } catch {
    // The caller gives it up, which people see.
    return undefined
  }
}

function toGivenUp(row: Row): GivenUpDelivery {
  return {
    deliveryId: String(row['delivery_id']),
    channel: String(row['channel']),
    groupKey: String(row['group_key']),
    createdAtMs: Number(row['created_at_ms']),
    attempts: Number(row['attempts']),
    atMs: Number(row['at_ms']),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written from a FailedAttempt alone
    reason: String(row['reason']) as FailureReason,
    detail: String(row['detail']),
  }
}
