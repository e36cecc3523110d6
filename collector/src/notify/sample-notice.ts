import type { Language } from '@wardround/program'
import { labelFingerprint } from '../rules/alerts/fingerprint.ts'
import type { Alert } from '../rules/alert.ts'
import type { Notice } from './notice.ts'

const MINUTE_MS = 60_000

/** What test-notify sends: an alert that nothing fired, and that says so. */
export function sampleNotice(about: {
  readonly channel: string
  readonly language: Language
  readonly timeZone: string
  readonly externalUrl: string
  readonly nowMs: number
}): Notice {
  const { nowMs } = about
  const labels = {
    alertname: 'test_notify',
    host: 'sample-host',
    path: '/u01',
    project: 'sample',
    severity: 'warning',
  }
  const { severity: _, ...groupLabels } = labels
  const sinceMs = nowMs - 5 * MINUTE_MS
  return {
    occasion: 'test',
    channel: about.channel,
    route: '{}',
    groupLabels,
    groupKey: '{}:{alertname="test_notify"}',
    atMs: nowMs,
    language: about.language,
    timeZone: about.timeZone,
    externalUrl: about.externalUrl,
    escalation: 0,
    people: [],
    truncated: 0,
    alerts: [
      {
        reason: 'condition',
        quote: undefined,
        claimedBy: undefined,
        mutes: 0,
        alert: sampleAlert(labels, sinceMs),
      },
    ],
  }
}

function sampleAlert(labels: Readonly<Record<string, string>>, sinceMs: number): Alert {
  return {
    ruleId: 'test_notify',
    key: 'sample-host{path="/u01"}',
    host: 'sample-host',
    measurement: 'disk',
    tags: { path: '/u01' },
    phase: 'firing',
    severity: 'warning',
    labels,
    fingerprint: labelFingerprint(labels),
    name: { zh: '通知测试', en: 'Test of notices' },
    summary: {
      zh: '这是一条测试消息，没有发生告警：/u01 已使用 91.2%',
      en: 'This is a test and nothing is wrong: /u01 is 91.2% full',
    },
    clauses: [],
    numbers: 'platform',
    runbook: { zh: '无需处理', en: 'Nothing' },
    quote: undefined,
    unit: 'percent',
    value: 91.2,
    threshold: { zh: '≥ 85%', en: '≥ 85%' },
    recent: [89.8, 90.4, 91.2].map((value, index) => ({
      timeMs: sinceMs + index * MINUTE_MS,
      value,
    })),
    startsAtMs: sinceMs,
    severitySinceMs: sinceMs,
    endsAtMs: undefined,
    sinceFirstWatched: false,
  }
}
