import type { LocalizedText } from '@wardround/protocol'
import type { Alert, Transition } from '../../rules/alert.ts'
import { labelFingerprint } from '../../rules/fingerprint.ts'
import { FREEZE_RULE } from './holds.ts'

const LABELS = { alertname: FREEZE_RULE, severity: 'critical' }

/** What is told of a freeze itself: that it begins. */
export function freezeBegins(reason: LocalizedText, atMs: number): Transition {
  const alert = toAlert(reason, atMs)
  return { kind: 'firing', atMs, reason: 'condition', alert, before: undefined }
}

/** And that it has ended. */
export function freezeEnds(begun: Alert, atMs: number): Transition {
  const alert = { ...begun, endsAtMs: Math.max(atMs, begun.severitySinceMs) }
  return { kind: 'resolved', atMs, reason: 'condition', alert, before: undefined }
}

function toAlert(reason: LocalizedText, atMs: number): Alert {
  return {
    ruleId: FREEZE_RULE,
    key: '',
    host: '',
    measurement: '',
    tags: {},
    phase: 'firing',
    severity: 'critical',
    labels: LABELS,
    fingerprint: labelFingerprint(LABELS),
    name: { zh: '监控中心自身网络异常，告警已暂缓', en: "The collector's own network fails" },
    summary: {
      zh: `${reason.zh}；恢复之前的新告警只记录、不通知，恢复后仍未消除的会补发`,
      en: `${reason.en}; until it is well again new alerts are recorded and not told, and what still fires then is`,
    },
    clauses: [],
    numbers: 'platform',
    runbook: undefined,
    quote: undefined,
    unit: 'state',
    value: undefined,
    recent: [],
    sinceFirstWatched: false,
    startsAtMs: atMs,
    severitySinceMs: atMs,
    endsAtMs: undefined,
  }
}
