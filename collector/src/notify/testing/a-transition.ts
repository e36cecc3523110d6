import type { Alert } from '../../rules/alert.ts'
import { labelFingerprint } from '../../rules/alerts/fingerprint.ts'

export const FIRED_AT_MS = Date.UTC(2026, 10, 22, 4, 31, 31, 219)

export function anAlert(more: Partial<Alert> = {}): Alert {
  const severity = more.severity ?? 'critical'
  const labels = more.labels ?? {
    alertname: 'filesystem_used',
    host: 'db1',
    path: '/u01',
    project: 'his',
    severity,
  }
  return {
    ruleId: 'filesystem_used',
    key: 'db1{path="/u01"}',
    host: 'db1',
    measurement: 'disk',
    tags: { path: '/u01' },
    phase: 'firing',
    severity,
    labels,
    fingerprint: labelFingerprint(labels),
    name: { zh: '文件系统空间不足', en: 'File system is filling up' },
    summary: { zh: '/u01 已使用 95%', en: '/u01 is 95% full' },
    clauses: [],
    numbers: 'platform',
    runbook: undefined,
    quote: undefined,
    unit: 'percent',
    value: 95.04,
    threshold: { zh: '≥ 95%', en: '≥ 95%' },
    recent: [],
    startsAtMs: FIRED_AT_MS,
    severitySinceMs: FIRED_AT_MS,
    endsAtMs: undefined,
    sinceFirstWatched: false,
    ...more,
  }
}
