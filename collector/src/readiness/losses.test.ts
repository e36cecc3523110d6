import { expect, test } from 'vitest'
import { formatLosses } from '../http/loss-text.ts'
import { lossesOf, lossNotices } from './losses.ts'

const queue = {
  sent: 0,
  failedAttempts: 0,
  givenUp: 0,
  unsaved: 0,
  dropped: 0,
  lastFailure: undefined,
  refusal: undefined,
  lastSentAtMs: undefined,
}
const status = {
  failure: undefined,
  transitions: { firing: 0, severity: 0, resolved: 0 },
  lostTransitions: 5,
  lostDecisions: 6,
  rules: 0,
  ruleInstances: 0,
  unreadableRows: 4,
}
const losses = lossesOf({
  incidents: { dropped: 7 },
  alerting: { status: () => status },
  notifier: { status: () => ({ duty: { ...queue, dropped: 3 }, well: queue }) },
})

test('what had no room is counted in the metrics', () => {
  const rows = formatLosses(losses)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  expect(rows).toEqual([
    'wardround_collector_incidents_dropped_total 7',
    'wardround_collector_alert_transitions_lost_total 5',
    'wardround_collector_alert_decisions_lost_total 6',
    'wardround_collector_alert_rows_unreadable 4',
    'wardround_collector_notices_dropped_total{channel="duty"} 3',
    'wardround_collector_notices_dropped_total{channel="well"} 0',
  ])
})

test('clocks of a contract that do not run, and messages that nobody got, are said', () => {
  expect(lossNotices(losses)).toMatchObject([
    { code: 'INCIDENTS_DROPPED', message: { zh: expect.stringContaining('有 7 条告警没有计入') } },
    { code: 'NOTICES_DROPPED', message: { zh: expect.stringContaining('“duty”丢失 3 条消息') } },
  ])
  expect(lossNotices({ ...losses, incidents: 0, notices: new Map([['duty', 0]]) })).toEqual([])
})
