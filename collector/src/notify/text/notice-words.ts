import type { LocalizedText } from '@wardround/program'
import type { TransitionReason } from '../../rules/alert.ts'
import type { Severity } from '../../rules/severity.ts'
import type { NoticeAlert, NoticeOccasion } from '../notice.ts'

export const SEVERITY_WORDS: Readonly<Record<Severity, LocalizedText>> = {
  critical: { zh: '严重', en: 'Critical' },
  warning: { zh: '警告', en: 'Warning' },
  info: { zh: '提示', en: 'Info' },
}

export const RESOLVED: LocalizedText = { zh: '已恢复', en: 'Resolved' }

/** It fires, and yet its condition holds no longer. */
export const RESOLVING: LocalizedText = {
  zh: '已不满足告警条件，正在确认恢复',
  en: 'its condition holds no longer; that it is over is being confirmed',
}

/** How is called what has ended, and yet is no recovery. */
export const ENDED_AS: Readonly<Partial<Record<NoticeAlert['reason'], LocalizedText>>> = {
  replaced: { zh: '预警已成事实', en: 'Has come true' },
  stopped: { zh: '停止计时', en: 'Clock stopped' },
  over: { zh: '已结束', en: 'Over' },
  severity: { zh: '级别已变', en: 'Severity changed' },
}

/** Before the title of whatever is invented. */
export const DEMO_MARK: LocalizedText = { zh: '【演示数据】', en: '[Demo data] ' }

/** Beside the severity, while the project is guarded more closely. */
export const GUARDED: LocalizedText = { zh: '重点保障', en: 'guarded' }

/** Beside the severity, where it is more than news. */
export const OCCASION_WORDS: Readonly<Record<NoticeOccasion, LocalizedText | undefined>> = {
  news: undefined,
  repeat: { zh: '重复提醒', en: 'reminder' },
  escalation: { zh: '升级', en: 'escalated' },
  digest: { zh: '存量问题汇总', en: 'known when first watched' },
  catchUp: { zh: '暂缓后补发', en: 'held back until now' },
  claim: { zh: '已认领', en: 'claimed' },
  test: { zh: '测试', en: 'test' },
}

/** Why something ended that did not end by its own measure. */
export const ENDED_BY: Readonly<
  Record<Exclude<TransitionReason, 'condition'> | 'severity', LocalizedText>
> = {
  rule: { zh: '规则已修改或删除', en: 'the rule was changed or removed' },
  severity: { zh: '级别已变化', en: 'the severity has changed' },
  retired: {
    zh: '已人工停止监控（主机、实例或设备下线）',
    en: 'a person retired the host, instance or device',
  },
  stale: { zh: '长期没有新数据，视为已不存在', en: 'nothing has come of it for long' },
  replaced: {
    zh: '所预警的已经发生，另有告警',
    en: 'what it warned of has come, and has an alert of its own',
  },
  stopped: {
    zh: '计时已停止（已认领、已到场或已解决）；故障本身是否恢复以其告警为准',
    en: 'its clock has stopped (claimed, on site or resolved); the fault itself has alerts of its own',
  },
  over: { zh: '所述时段已结束', en: 'the time that it announced is over' },
}

export const LABELS = {
  what: { zh: '现象', en: 'What' },
  was: { zh: '原告警', en: 'Was' },
  severity: { zh: '级别', en: 'Severity' },
  now: { zh: '现状', en: 'Now' },
  where: { zh: '位置', en: 'Where' },
  value: { zh: '当前值', en: 'Value' },
  endValue: { zh: '恢复时', en: 'At its end' },
  threshold: { zh: '阈值', en: 'Threshold' },
  recent: { zh: '走势', en: 'Trend' },
  since: { zh: '开始', en: 'Since' },
  lasted: { zh: '历时', en: 'Lasted' },
  ended: { zh: '恢复', en: 'Ended' },
  over: { zh: '结束', en: 'Over' },
  why: { zh: '原因', en: 'Why' },
  numbers: { zh: '阈值来源', en: 'Numbers' },
  clauses: { zh: '对应条款', en: 'Clauses' },
  runbook: { zh: '处置', en: 'To do' },
  claimedBy: { zh: '认领', en: 'Claimed by' },
  mutes: { zh: '关联', en: 'Muted' },
  guard: { zh: '重点保障期', en: 'Guarded' },
  quote: { zh: '现场', en: 'At the time' },
} as const satisfies Readonly<Record<string, LocalizedText>>
