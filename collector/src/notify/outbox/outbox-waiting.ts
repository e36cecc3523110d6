import type { DatabaseSync } from 'node:sqlite'
import type { DueDeliveries, FailedAttempt, OutboxCount } from './outbox-store.ts'
import { toDelivery } from './outbox-rows.ts'

const COLUMNS = [
  'delivery_id',
  'channel',
  'group_key',
  'created_at_ms',
  'notice',
  'attempts',
  'next_attempt_at_ms',
  'only_to',
]

/** The oldest of each group that is due. */
const HEADS = `
  SELECT ${COLUMNS.join(', ')} FROM notification_outbox AS candidate
  WHERE channel = :channel AND state = 0 AND next_attempt_at_ms <= :nowMs AND NOT EXISTS (
    SELECT 1 FROM notification_outbox AS earlier
    WHERE earlier.channel = :channel AND earlier.group_key = candidate.group_key AND earlier.state = 0 AND earlier.number < candidate.number)
  ORDER BY number LIMIT :limit`

/** Groups of which something is due, whole: what is urgent takes along what stands before it. */
const ALL = `
  WITH waiting AS (
    SELECT group_key, min(number) AS head, min(urgency) AS urgency FROM notification_outbox
    WHERE channel = :channel AND state = 0 GROUP BY group_key HAVING min(next_attempt_at_ms) <= :nowMs)
  SELECT ${COLUMNS.map((column) => `message.${column}`).join(', ')} FROM waiting
  JOIN notification_outbox AS message ON message.channel = :channel AND message.group_key = waiting.group_key AND message.state = 0
  ORDER BY waiting.urgency, waiting.head, message.number LIMIT :limit`

/** What waits in the outbox. `giveUp` takes what can't be read. */
export function openWaiting(
  database: DatabaseSync,
  giveUp: (deliveryIds: readonly string[], failure: FailedAttempt) => void,
) {
  const due = { heads: database.prepare(HEADS), all: database.prepare(ALL) }
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
        giveUp(ids, { atMs: nowMs, reason: 'unreadable', detail: DAMAGED })
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

const DAMAGED = { zh: '待发队列中的内容已损坏', en: 'damaged in the outbox' }
