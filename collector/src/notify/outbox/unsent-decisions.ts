import type { DatabaseSync } from 'node:sqlite'
import type { Decision } from '../dispatch/decision.ts'
import type { Delivery, FailedAttempt } from './outbox-store.ts'
import { toDelivery } from './outbox-rows.ts'

/** Messages that people did not get. */
export interface Unsent {
  /** Those that still wait and can be read. */
  read(deliveryIds: readonly string[]): Delivery[]
  /** Records for each alert of theirs that it was not told, or not to everybody. */
  record(
    code: 'undelivered' | 'partly',
    deliveryIds: readonly string[],
    failure: FailedAttempt,
  ): void
}

/** Where decisions about alerts are recorded. */
export interface DecisionRecord {
  record(decisions: readonly Decision[]): void
}

export function openUnsent(database: DatabaseSync, decisions: DecisionRecord): Unsent {
  const waiting = database.prepare(`
    SELECT delivery_id, channel, group_key, created_at_ms, notice, attempts, next_attempt_at_ms, only_to FROM notification_outbox
    WHERE delivery_id = ? AND state = 0`)
  const read = (deliveryIds: readonly string[]): Delivery[] =>
    deliveryIds.flatMap((id) => {
      const row = waiting.get(id)
      return (row === undefined ? undefined : toDelivery(row)) ?? []
    })
  return {
    read,
    record: (code, deliveryIds, failure) =>
      decisions.record(
        read(deliveryIds).flatMap((delivery) => toDecisions(code, delivery, failure)),
      ),
  }
}

function toDecisions(
  code: 'undelivered' | 'partly',
  { channel, notice }: Delivery,
  { atMs, reason, detail }: FailedAttempt,
): Decision[] {
  const { route, occasion, alerts } = notice
  return alerts.map(({ alert: { ruleId, key, fingerprint } }) => ({
    ruleId,
    key,
    fingerprint,
    atMs,
    code,
    route,
    occasion,
    by: undefined,
    channels: [channel],
    untilMs: undefined,
    failure: { reason, detail },
  }))
}
