import type { LocalizedText } from '@wardround/program'

/** What can't be done, by a reason's code; the system's own words follow it. */
const CHINESE: Readonly<Record<string, string>> = {
  JOURNAL_NO_SPACE: '收件日志所在磁盘空间不足',
  JOURNAL_FULL: '收件日志已达容量上限',
  JOURNAL_READ_ONLY: '收件日志只读或无权写入',
  STATE_IO: '状态库或事件文件不能写入',
  STATE_SLOW: '状态库或事件文件写入太慢',
  ALERT_STATE: '告警状态不能保存',
  STORE: '时序存储不能工作',
}

const CHINESE_OTHER: Readonly<Record<string, string>> = {
  JOURNAL: '收件日志不能写入',
  STATE: '状态库或事件文件不能写入',
}

/** Failures of journal and state name themselves. */
const ENGLISH: Readonly<Record<string, string>> = {
  ALERT_STATE: 'alert state: ',
  STORE: 'store: ',
}

/** Why the collector isn't ready, for people. */
export function describeReason(code: string, detail: string): LocalizedText {
  const [family = ''] = code.split('_', 1)
  const chinese = CHINESE[code] ?? CHINESE_OTHER[family]
  return {
    zh: chinese === undefined ? detail : `${chinese}（${detail}）`,
    en: `${ENGLISH[code] ?? ''}${detail}`,
  }
}
