import type { MeasurementDeclaration } from '@wardround/protocol'
import { gauge } from '../field.ts'

/** Load, processors, users and uptime. Names: Telegraf's system. */
export const system = {
  identifyingTags: [],
  fields: {
    load1: gauge('count', '1 分钟平均负载', 'Load average over 1 min', 0.01),
    load5: gauge('count', '5 分钟平均负载', 'Load average over 5 min', 0.01),
    load15: gauge('count', '15 分钟平均负载', 'Load average over 15 min', 0.01),
    n_cpus: gauge('count', '在线的逻辑 CPU 数', 'Logical processors online'),
    n_users: gauge('count', '登录会话数', 'Sessions of people logged in'),
    uptime: gauge('seconds', '开机以来的时间', 'Time since boot'),
  },
} as const satisfies MeasurementDeclaration
