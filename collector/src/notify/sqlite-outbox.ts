import type { DatabaseSync, StatementSync } from 'node:sqlite'
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
 * The notification outbox over node:sqlite. Synchronous: it runs in the state worker, in tables made by ALERT_TABLES. enqueue() is meant to be
 * called inside the caller's transaction; the others are single statements.
 */
export class SqliteOutbox {
  readonly #insert: StatementSync
  readonly #overflow: StatementSync
  readonly #queued: StatementSync
  readonly #due: StatementSync
  readonly #next: StatementSync
  readonly #sent: StatementSync
  readonly #failed: StatementSync
  readonly #giveUp: StatementSync
  readonly #givenUp: StatementSync
  readonly #counts: StatementSync
  readonly #prune: StatementSync

  constructor(database: DatabaseSync) {
    const prepare = (sql: string): StatementSync => database.prepare(sql)
    this.#insert = prepare(
      `INSERT OR IGNORE INTO notification_outbox (delivery_id, webhook, group_key, created_at_ms, body) VALUES (?, ?, ?, ?, ?)`,
    )
    this.#queued = prepare(
      `SELECT count(*) AS queued FROM notification_outbox WHERE webhook = ? AND state = 0`,
    )
    this.#overflow = prepare(
      `UPDATE notification_outbox SET state = 2, body = '', at_ms = ?, reason = 'overflow', detail = 'the queue was full'
       WHERE number IN (SELECT number FROM notification_outbox WHERE webhook = ? AND state = 0 ORDER BY number LIMIT ?)`,
    )
    this.#due = prepare(
      `SELECT delivery_id, webhook, group_key, created_at_ms, body, attempts FROM notification_outbox AS candidate
       WHERE webhook = ? AND state = 0 AND next_attempt_at_ms <= ? AND NOT EXISTS (
         SELECT 1 FROM notification_outbox AS earlier
         WHERE earlier.webhook = candidate.webhook AND earlier.group_key = candidate.group_key
           AND earlier.state = 0 AND earlier.number < candidate.number)
       ORDER BY number LIMIT ?`,
    )
    this.#next = prepare(
      `SELECT min(next_attempt_at_ms) AS next FROM notification_outbox WHERE webhook = ? AND state = 0 AND next_attempt_at_ms > ?`,
    )
    this.#sent = prepare(
      `UPDATE notification_outbox SET state = 1, body = '', attempts = attempts + 1, at_ms = ?, reason = NULL, detail = NULL
       WHERE delivery_id = ? AND state = 0`,
    )
    this.#failed = prepare(
      `UPDATE notification_outbox SET attempts = attempts + 1, next_attempt_at_ms = ?, at_ms = ?, reason = ?, detail = ?
       WHERE delivery_id = ? AND state = 0`,
    )
    this.#giveUp = prepare(
      `UPDATE notification_outbox SET state = 2, body = '', attempts = attempts + 1, at_ms = ?, reason = ?, detail = ?
       WHERE delivery_id = ? AND state = 0`,
    )
    this.#givenUp = prepare(
      `SELECT delivery_id, webhook, group_key, created_at_ms, attempts, at_ms, reason, detail FROM notification_outbox
       WHERE state = 2 ORDER BY at_ms DESC, number DESC LIMIT ?`,
    )
    this.#counts = prepare(
      `SELECT webhook, state, count(*) AS count FROM notification_outbox GROUP BY webhook, state`,
    )
    this.#prune = prepare(`DELETE FROM notification_outbox WHERE state > 0 AND created_at_ms < ?`)
  }

  enqueue(deliveries: readonly NewDelivery[]): void {
    const webhooks = new Set<string>()
    let newestMs = 0
    for (const { deliveryId, webhook, groupKey, createdAtMs, body } of deliveries) {
      this.#insert.run(deliveryId, webhook, groupKey, createdAtMs, body)
      webhooks.add(webhook)
      newestMs = Math.max(newestMs, createdAtMs)
    }
    for (const webhook of webhooks) this.#bound(webhook, newestMs)
  }

  due(webhook: string, nowMs: number, limit: number): DueDeliveries {
    const next = this.#next.get(webhook, nowMs)?.['next']
    return {
      deliveries: this.#due.all(webhook, nowMs, limit).map(toDelivery),
      nextDueAtMs: typeof next === 'number' ? next : undefined,
    }
  }

  markSent(deliveryId: string, atMs: number): void {
    this.#sent.run(atMs, deliveryId)
  }

  markFailed(deliveryId: string, failure: FailedAttempt, nextAttemptAtMs: number): void {
    this.#failed.run(nextAttemptAtMs, failure.atMs, failure.reason, failure.detail, deliveryId)
  }

  giveUp(deliveryId: string, failure: FailedAttempt): void {
    this.#giveUp.run(failure.atMs, failure.reason, failure.detail, deliveryId)
  }

  givenUp(limit: number): GivenUpDelivery[] {
    return this.#givenUp.all(limit).map(toGivenUp)
  }

  counts(): Record<string, OutboxCount> {
    const counts: Record<string, { queued: number; sent: number; givenUp: number }> = {}
    for (const row of this.#counts.all()) {
      const count = (counts[String(row['webhook'])] ??= { queued: 0, sent: 0, givenUp: 0 })
      const state = Number(row['state'])
      count[state === 0 ? 'queued' : state === 1 ? 'sent' : 'givenUp'] = Number(row['count'])
    }
    return counts
  }

  /** Forgets what was sent or given up and is older. */
  prune(createdBeforeMs: number): void {
    this.#prune.run(createdBeforeMs)
  }

  #bound(webhook: string, nowMs: number): void {
    const queued = Number(this.#queued.get(webhook)?.['queued'])
    if (queued > MAX_QUEUED_PER_WEBHOOK)
      this.#overflow.run(nowMs, webhook, queued - MAX_QUEUED_PER_WEBHOOK)
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
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by this class alone
    reason: String(row['reason']) as FailureReason,
    detail: String(row['detail']),
  }
}
