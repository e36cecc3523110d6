import type { MeasurementDeclaration } from '@wardround/protocol'
import { gauge, percent } from '../field.ts'

/** Space of file systems. Names: Telegraf's disk. */
export const disk = {
  identifyingTags: ['path', 'device', 'fstype'],
  descriptiveTags: ['mode'],
  fields: {
    total: gauge('bytes', '总容量', 'Size'),
    free: gauge('bytes', '普通用户可用的空间', 'Free to ordinary users'),
    used: gauge('bytes', '已用空间', 'Used'),
    used_percent: percent(
      '使用率（与 df 一致：已用 ÷（已用 + 可用））',
      'used of used + free, as df(1) says it',
    ),
    inodes_total: gauge(
      'count',
      'inode 总数',
      'Inodes; missing where the file system has no fixed number',
    ),
    inodes_free: gauge('count', '空闲 inode 数', 'Inodes free'),
    inodes_used: gauge('count', '已用 inode 数', 'Inodes used'),
    inodes_used_percent: percent('inode 使用率', 'inodes_used of inodes_total'),
  },
} as const satisfies MeasurementDeclaration
