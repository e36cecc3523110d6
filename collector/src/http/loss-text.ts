import type { Losses } from '../readiness/losses.ts'
import { family } from './worker-text.ts'

/** What alerts, notices and incidents had no room for, in Prometheus's text format. */
export function formatLosses({ incidents, transitions, rows, decisions, notices }: Losses): string {
  const byChannel = [...notices].map(([channel, count]) => `{channel="${channel}"} ${count}`)
  return [
    ...family(
      'incidents_dropped_total',
      'counter',
      'Alerts that began no incident: too many were open.',
      [` ${incidents}`],
    ),
    ...family(
      'alert_transitions_lost_total',
      'counter',
      'Transitions that the history lacks: it could not be written for too long.',
      [` ${transitions}`],
    ),
    ...family(
      'alert_decisions_lost_total',
      'counter',
      'Decisions about notices that are not on record, for the same reason.',
      [` ${decisions}`],
    ),
    ...family(
      'alert_rows_unreadable',
      'gauge',
      'Rows of alerts of the process before that were damaged.',
      [` ${rows}`],
    ),
    ...family(
      'notices_dropped_total',
      'counter',
      'Messages lost: the outbox could not be written and memory was full.',
      byChannel,
    ),
    '',
  ].join('\n')
}
