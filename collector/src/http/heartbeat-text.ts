import type { HeartbeatStatus } from '../heartbeat/heartbeat-sender.ts'
import { family } from './worker-text.ts'

/** Heartbeats of this collector in Prometheus's text format. */
export function formatHeartbeats(status: ReadonlyMap<string, HeartbeatStatus>): string {
  if (status.size === 0) return ''
  const outcomes = [...status].flatMap(([name, { outcomes: counts }]) =>
    [...counts].map(([outcome, count]) => `{heartbeat="${name}",outcome="${outcome}"} ${count}`),
  )
  const sent = [...status].flatMap(([name, { lastSentMs }]) =>
    lastSentMs === undefined ? [] : [`{heartbeat="${name}"} ${lastSentMs / 1000}`],
  )
  return [
    ...family('heartbeats_total', 'counter', 'Heartbeats by what became of them.', outcomes),
    ...family('heartbeat_sent_timestamp_seconds', 'gauge', 'When the last one arrived.', sent),
    '',
  ].join('\n')
}
