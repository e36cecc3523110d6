import { readDetail } from '../delivery/failure-detail.ts'
import type { Notice } from '../notice.ts'
import type { Delivery, FailureReason, GivenUpDelivery } from './outbox-store.ts'

/** A row as node:sqlite gives it. */
export type Row = Record<string, unknown>

/** Undefined where the notice is damaged. */
export function toDelivery(row: Row): Delivery | undefined {
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
        notBeforeMs: Number(row['next_attempt_at_ms']),
        onlyTo: readOnlyTo(String(row['only_to'])),
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

/** Damaged, it is as if nobody had the message yet: rather twice than never. */
function readOnlyTo(json: string): readonly string[] | undefined {
  if (json === '') return undefined
  try {
    const found: unknown = JSON.parse(json)
    return Array.isArray(found) ? found.map(String) : undefined
  } catch {
    return undefined
  }
}

export function toGivenUp(row: Row): GivenUpDelivery {
  return {
    deliveryId: String(row['delivery_id']),
    channel: String(row['channel']),
    groupKey: String(row['group_key']),
    createdAtMs: Number(row['created_at_ms']),
    attempts: Number(row['attempts']),
    atMs: Number(row['at_ms']),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written from a FailedAttempt alone
    reason: String(row['reason']) as FailureReason,
    detail: readDetail(String(row['detail'])),
  }
}
