import type { DatabaseSync } from 'node:sqlite'
import { inTransaction } from '../../state/transaction.ts'
import { MAX_QUEUED_PER_CHANNEL } from '../limits.ts'
import type { FailedAttempt, NewDelivery } from './outbox-store.ts'
import { urgencyOf } from '../delivery/urgency.ts'
import { openHistory } from './outbox-history.ts'
import { openOutcomes } from './outbox-outcomes.ts'
import { openPauses } from './outbox-pauses.ts'
import { openWaiting } from './outbox-waiting.ts'
import { type DecisionRecord, openUnsent } from './unsent-decisions.ts'

/** The notification outbox over node:sqlite, for the state worker's thread; the functions are NotificationOutbox's, synchronous. */
export function openNotificationTable(database: DatabaseSync, decisions: DecisionRecord) {
  const insert = database.prepare(`
    INSERT OR IGNORE INTO notification_outbox (delivery_id, channel, group_key, created_at_ms, notice, urgency)
    VALUES (:deliveryId, :channel, :groupKey, :createdAtMs, :notice, :urgency)`)
  const unsent = openUnsent(database, decisions)
  const { pause, pauses, purgePauses } = openPauses(database)
  const outcomes = openOutcomes(database, { unsent, pause })
  const bound = openBound(database, outcomes.giveUp)
  /** Makes one transaction of a call, unless it is part of the caller's. */
  const whole =
    <Args extends readonly unknown[], T>(call: (...args: Args) => T) =>
    (...args: Args): T =>
      database.isTransaction ? call(...args) : inTransaction(database, () => call(...args))
  const waiting = openWaiting(database, whole(outcomes.giveUp))
  const prune = database.prepare(
    'DELETE FROM notification_outbox WHERE created_at_ms < ? AND state <> 0',
  )
  return {
    /** Idempotent by deliveryId; legal inside a transaction of the caller's. */
    enqueue: whole((deliveries: readonly NewDelivery[]): void => {
      for (const { deliveryId, channel, groupKey, createdAtMs, notice } of deliveries) {
        const urgency = urgencyOf(notice)
        const json = JSON.stringify(notice)
        insert.run({ deliveryId, channel, groupKey, createdAtMs, notice: json, urgency })
      }
      for (const channel of new Set(deliveries.map((delivery) => delivery.channel)))
        bound(channel, Math.max(...deliveries.map((delivery) => delivery.createdAtMs)))
    }),
    ...waiting,
    ...openHistory(database),
    markSent: whole(outcomes.markSent),
    markFailed: whole(outcomes.markFailed),
    giveUp: whole(outcomes.giveUp),
    giveUpOthers: whole(outcomes.giveUpOthers),
    pauses,
    /** Forgets what is older and does not wait: what waits is given up by the notifier's clock, whatever the wall clock says. */
    purge(createdBeforeMs: number): void {
      prune.run(createdBeforeMs)
      purgePauses(createdBeforeMs)
    },
  }
}

const FULL = { zh: '待发队列已满', en: 'the queue was full' }

/** Gives up the oldest messages of a channel beyond the bound. */
function openBound(
  database: DatabaseSync,
  giveUp: (deliveryIds: readonly string[], failure: FailedAttempt) => void,
): (channel: string, nowMs: number) => void {
  const count = database.prepare(
    'SELECT count(*) AS queued FROM notification_outbox WHERE channel = ? AND state = 0',
  )
  const oldest = database.prepare(
    'SELECT delivery_id FROM notification_outbox WHERE channel = ? AND state = 0 ORDER BY number LIMIT ?',
  )
  return (channel, nowMs) => {
    const surplus = Number(count.get(channel)?.['queued']) - MAX_QUEUED_PER_CHANNEL
    if (surplus <= 0) return
    const ids = oldest.all(channel, surplus).map((row) => String(row['delivery_id']))
    giveUp(ids, { atMs: nowMs, reason: 'overflow', detail: FULL })
  }
}
