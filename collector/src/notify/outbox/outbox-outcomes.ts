import type { DatabaseSync } from 'node:sqlite'
import { writeDetail } from '../delivery/failure-detail.ts'
import type { AfterFailure, FailedAttempt, NewDelivery } from './outbox-store.ts'
import type { Unsent } from './unsent-decisions.ts'

/** Parts of the outbox's table that outcomes write beside it. */
export interface OutcomeParts {
  readonly unsent: Unsent
  readonly pause: (pause: NonNullable<AfterFailure['pause']>) => void
}

/** What became of messages. Each function may run inside a transaction of the caller's. */
export function openOutcomes(database: DatabaseSync, { unsent, pause }: OutcomeParts) {
  const sent = database.prepare(`
    UPDATE notification_outbox SET state = 1, notice = '', attempts = attempts + 1, at_ms = :atMs, reason = '', detail = ''
    WHERE delivery_id = :deliveryId AND state = 0`)
  const failed = database.prepare(`
    UPDATE notification_outbox SET attempts = attempts + 1, next_attempt_at_ms = :nextAttemptAtMs, at_ms = :atMs, reason = :reason, detail = :detail
    WHERE delivery_id = :deliveryId AND state = 0`)
  const split = database.prepare(`
    UPDATE notification_outbox SET only_to = :onlyTo, group_key = delivery_id WHERE delivery_id = :deliveryId AND state = 0`)
  const giveUp = database.prepare(`
    UPDATE notification_outbox SET state = 2, notice = '', attempts = attempts + :attempted, at_ms = :atMs, reason = :reason, detail = :detail
    WHERE delivery_id = :deliveryId AND state = 0`)
  const others = database.prepare(`
    SELECT delivery_id FROM notification_outbox
    WHERE state = 0 AND channel NOT IN (SELECT value FROM json_each(:channels)) LIMIT :limit`)
  const giveUpEach = (deliveryIds: readonly string[], failure: FailedAttempt): void => {
    unsent.record('undelivered', deliveryIds, failure)
    const detail = writeDetail(failure.detail)
    const attempted = UNTRIED.has(failure.reason) ? 0 : 1
    for (const deliveryId of deliveryIds) giveUp.run({ deliveryId, ...failure, detail, attempted })
  }

  return {
    markSent: (deliveryIds: readonly string[], atMs: number, unreached?: FailedAttempt): void => {
      if (unreached !== undefined) unsent.record('partly', deliveryIds, unreached)
      for (const deliveryId of deliveryIds) sent.run({ deliveryId, atMs })
    },
    markFailed: (
      deliveryIds: readonly string[],
      failure: FailedAttempt,
      nextAttemptAtMs: number,
      after: AfterFailure = {},
    ): void => {
      const detail = writeDetail(failure.detail)
      if (after.partly === true) unsent.record('partly', deliveryIds, failure)
      for (const deliveryId of deliveryIds) {
        failed.run({ deliveryId, ...failure, detail, nextAttemptAtMs })
        if (after.onlyTo !== undefined)
          split.run({ deliveryId, onlyTo: JSON.stringify(after.onlyTo) })
      }
      if (after.pause !== undefined) pause(after.pause)
    },
    giveUp: giveUpEach,
    giveUpOthers: (
      channels: readonly string[],
      failure: FailedAttempt,
      limit: number,
    ): NewDelivery[] => {
      const rows = others.all({ channels: JSON.stringify(channels), limit })
      const ids = rows.map((row) => String(row['delivery_id']))
      const deliveries = unsent.read(ids)
      giveUpEach(ids, failure)
      return deliveries
    },
  }
}

/** What is given up for these was not tried for it. */
const UNTRIED: ReadonlySet<FailedAttempt['reason']> = new Set(['overflow', 'removed', 'unreadable'])
