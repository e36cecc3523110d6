import type { ReceiverRule } from '../receiver/emit-received.ts'
import type { SyslogMessage } from './parse-syslog.ts'

interface SyslogRule extends ReceiverRule {
  matches(message: SyslogMessage): boolean
}

/** Parts that break, and words for it: a plain search for each. */
const PART =
  /\b(?:disk|drive|hdd|ssd|fan|psu|power supply|controller|battery|bbu|raid|sfp|dimm|memory module)\b|硬盘|磁盘|风扇|电源|控制器|电池|光模块|内存/i
const FAULT =
  /\b(?:fail(?:ed|ure|ing)?|fault(?:y|ed)?|degraded|removed|offline|dead|broken|missing)\b|故障|失效|失败|异常|降级|离线|不在位/i
const OVER =
  /\b(?:recovered|restored|cleared|rebuilt|is ok|back to normal|online)\b|恢复|已清除|正常/i
const REFUSED = /\b(?:fail(?:ed|ure)?|denied|invalid|refused|locked)\b|失败|拒绝|锁定/i
const AUTHENTICATION = new Set([4, 10, 13])

export const SYSLOG_RULES: readonly SyslogRule[] = [
  { name: 'emergency', severity: 'critical', matches: ({ severity = 8 }) => severity <= 1 },
  { name: 'critical', severity: 'critical', matches: ({ severity }) => severity === 2 },
  { name: 'error', severity: 'warning', matches: ({ severity }) => severity === 3 },
  { name: 'warning', severity: 'info', matches: ({ severity }) => severity === 4 },
  // one without a priority says nothing of how bad it is
  { name: 'no_priority', severity: 'info', matches: ({ severity }) => severity === undefined },
  {
    name: 'hardware',
    severity: 'critical',
    matches: ({ message }) => PART.test(message) && FAULT.test(message) && !OVER.test(message),
  },
  {
    name: 'logon_refused',
    severity: 'warning',
    matches: ({ facility = -1, message }) => AUTHENTICATION.has(facility) && REFUSED.test(message),
  },
]
