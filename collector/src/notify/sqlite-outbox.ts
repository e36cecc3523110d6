import type { DatabaseSync } from 'node:sqlite'
import { MAX_QUEUED_PER_WEBHOOK } from './limits.ts'
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

/** The notification outbox over node:sqlite, for the state worker's thread; the functions are NotificationOutbox's, synchronous. */
export function openNotificationTable(database: DatabaseSync) {
  const insert = database.prepare(`
    INSERT OR IGNORE INTO notification_outbox (delivery_id, webhook, group_key, created_at_ms, body)
    VALUES (:deliveryId, :webhook, :groupKey, :createdAtMs, :body)`)
  const bound = openBound(database)
  const waiting = openWaiting(database)
  const outcomes = openOutcomes(database)
  const prune = database.prepare('DELETE FROM notification_outbox WHERE created_at_ms < ?')
  return {
    /** Idempotent by deliveryId; legal inside a transaction of the caller's. */
    enqueue(deliveries: readonly NewDelivery[]): void {
      for (const { deliveryId, webhook, groupKey, createdAtMs, body } of deliveries)
        insert.run({ deliveryId, webhook, groupKey, createdAtMs, body })
      for (const webhook of new Set(deliveries.map((delivery) => delivery.webhook)))
        bound(webhook, Math.max(...deliveries.map((delivery) => delivery.createdAtMs)))
    },
    ...waiting,
    ...outcomes,
    /** Forgets what is older; of a webhook that is no longer configured also what still waits. */
    purge: (createdBeforeMs: number): void => void prune.run(createdBeforeMs),
  }
}

/** Gives up the oldest messages of a webhook beyond the bound. */
function openBound(database: DatabaseSync): (webhook: string, nowMs: number) => void {
  const count = database.prepare(
    'SELECT count(*) AS queued FROM notification_outbox WHERE webhook = ? AND state = 0',
  )
  const overflow = database.prepare(`
    UPDATE notification_outbox SET state = 2, body = '', at_ms = :nowMs, reason = 'overflow', detail = 'the queue was full'
    WHERE number IN (SELECT number FROM notification_outbox WHERE webhook = :webhook AND state = 0 ORDER BY number LIMIT :surplus)`)
  return (webhook, nowMs) => {
    const surplus = Number(count.get(webhook)?.['queued']) - MAX_QUEUED_PER_WEBHOOK
    if (surplus > 0) overflow.run({ webhook, nowMs, surplus })
  }
}

function openWaiting(database: DatabaseSync) {
  const due = database.prepare(`
    SELECT delivery_id, webhook, group_key, created_at_ms, body, attempts FROM notification_outbox AS candidate
    WHERE webhook = :webhook AND state = 0 AND next_attempt_at_ms <= :nowMs AND NOT EXISTS (
      SELECT 1 FROM notification_outbox AS earlier
      WHERE earlier.webhook = :webhook AND earlier.group_key = candidate.group_key AND earlier.state = 0
        AND earlier.number < candidate.number)
    ORDER BY number LIMIT :limit`)
  const next = database.prepare(
    'SELECT min(next_attempt_at_ms) AS next FROM notification_outbox WHERE webhook = ? AND state = 0 AND next_attempt_at_ms > ?',
  )
  const counts = database.prepare(
    'SELECT webhook, state, count(*) AS count FROM notification_outbox GROUP BY webhook, state',
  )
  return {
    due(webhook: string, nowMs: number, limit: number): DueDeliveries {
      const nextDueAtMs = next.get(webhook, nowMs)?.['next']
      return {
        deliveries: due.all({ webhook, nowMs, limit }).map(toDelivery),
        nextDueAtMs: typeof nextDueAtMs === 'number' ? nextDueAtMs : undefined,
      }
    },
    counts(): Record<string, OutboxCount> {
      const byWebhook: Record<string, { queued: number; sent: number; givenUp: number }> = {}
      for (const row of counts.all()) {
        const count = (byWebhook[String(row['webhook'])] ??= { queued: 0, sent: 0, givenUp: 0 })
        const state = (['queued', 'sent', 'givenUp'] as const)[Number(row['state'])]
        if (state !== undefined) count[state] = Number(row['count'])
      }
      return byWebhook
    },
  }
}

function openOutcomes(database: DatabaseSync) {
  const sent = database.prepare(`
    UPDATE notification_outbox SET state = 1, body = '', attempts = attempts + 1, at_ms = :atMs, reason = '', detail = ''
    WHERE delivery_id = :deliveryId AND state = 0`)
  const failed = database.prepare(`
    UPDATE notification_outbox SET attempts = attempts + 1, next_attempt_at_ms = :nextAttemptAtMs, at_ms = :atMs, reason = :reason, detail = :detail
    WHERE delivery_id = :deliveryId AND state = 0`)
  const giveUp = database.prepare(`
    UPDATE notification_outbox SET state = 2, body = '', attempts = attempts + 1, at_ms = :atMs, reason = :reason, detail = :detail
    WHERE delivery_id = :deliveryId AND state = 0`)
  const givenUp = database.prepare(`
    SELECT delivery_id, webhook, group_key, created_at_ms, attempts, at_ms, reason, detail FROM notification_outbox
    WHERE state = 2 ORDER BY at_ms DESC, number DESC LIMIT ?`)
  return {
    markSent: (deliveryId: string, atMs: number): void => void sent.run({ deliveryId, atMs }),
    markFailed: (deliveryId: string, failure: FailedAttempt, nextAttemptAtMs: number): void =>
      void failed.run({ deliveryId, ...failure, nextAttemptAtMs }),
    giveUp: (deliveryId: string, failure: FailedAttempt): void =>
      void giveUp.run({ deliveryId, ...failure }),
    givenUp: (limit: number): GivenUpDelivery[] => givenUp.all(limit).map(toGivenUp),
  }
}

type Row = Record<string, unknown>

function toDelivery(row: Row): Delivery {
  return {
    deliveryId: String(row['delivery_id']),
    webhook: String(row['webhook']),
    groupKey: String(row['group_key']),
    createdAtMs: Number(row['created_at_ms']),
    body: String(row['body']),
    attempts: Number(row['attempts']),
  }
}

function toGivenUp(row: Row): GivenUpDelivery {
  return {
    deliveryId: String(row['delivery_id']),
    webhook: String(row['webhook']),
    groupKey: String(row['group_key']),
    createdAtMs: Number(row['created_at_ms']),
    attempts: Number(row['attempts']),
    atMs: Number(row['at_ms']),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written from a FailedAttempt alone
    reason: String(row['reason']) as FailureReason,
    detail: String(row['detail']),
  }
}
