import { parseDurationMs, type SecretReference } from '@wardround/program/running'
import { asTexts } from '../../as-list.ts'
import type { Options } from '../../option.ts'
import { tagValue } from '../option-kinds.ts'
import { toQuietHours, QUIET_HOURS_PATTERN } from './quiet-hours.ts'
import type { ServerSessionOptions } from './server-session.ts'

/** What every source that connects to a server takes in agent.yaml. */
export const SERVER_OPTIONS = {
  instance: {
    ...tagValue('hcdb1'),
    help: {
      zh: '实例名：其序列的标签 instance，也是该数据源的默认名称',
      en: 'Name of the instance: the tag instance of its series, and the name of the source where it has none',
    },
  },
  connectTimeout: {
    type: 'duration',
    default: '5s',
    help: { zh: '登录最长等待时间', en: 'Longest wait for a logon' },
  },
  quietHours: {
    type: 'array',
    default: [],
    maxItems: 16,
    items: {
      type: 'string',
      pattern: QUIET_HOURS_PATTERN,
      expected: {
        zh: '开始-结束（时:分），如 01:00-03:30、22:00-06:00',
        en: 'FROM-TO (hours:minutes), such as 01:00-03:30 or 22:00-06:00',
      },
    },
    help: {
      zh: '静默时段（本机时区），期间不连接、不发送任何语句，例如 01:00-03:30',
      en: 'Times of day (local) in which nothing is sent and no session is open, such as 01:00-03:30',
    },
  },
  off: {
    type: 'array',
    default: [],
    maxItems: 200,
    items: { type: 'string', minLength: 1 },
    help: {
      zh: '停用的语句，写编号或其前缀（wardround-agent statements 列出全部）',
      en: 'Statements that are switched off, by id or the beginning of one (wardround-agent statements lists them)',
    },
  },
  closeIdleAfter: {
    type: 'duration',
    help: {
      zh: '空闲多久后断开会话；不填则一直保持',
      en: 'Close the session when it was idle for so long; it is kept where this is not given',
    },
  },
} as const satisfies Options

/** @param options checked against SERVER_OPTIONS, defaults filled in */
export function toSessionOptions(
  options: Readonly<Record<string, unknown>>,
  server: string,
  kept: readonly string[],
): ServerSessionOptions {
  const { instance, closeIdleAfter, password } = options
  return {
    instance: String(instance),
    server,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked against the declared option of type secret
    password: password as SecretReference | undefined,
    quietHours: toQuietHours(options['quietHours']),
    off: asTexts(options['off']),
    kept,
    closeIdleAfterMs:
      typeof closeIdleAfter === 'string' ? parseDurationMs(closeIdleAfter) : undefined,
  }
}
