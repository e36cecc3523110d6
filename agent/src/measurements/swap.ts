import type { MeasurementDeclaration } from '@wardround/protocol'
import { counter, gauge, percent } from '../field.ts'

/** Swap space and traffic. Names: Telegraf's swap. */
export const swap = {
  identifyingTags: [],
  fields: {
    total: gauge('bytes', '交换空间总量', 'Swap space of the machine'),
    used: gauge('bytes', '已用交换空间', 'In use'),
    free: gauge('bytes', '空闲交换空间', 'Free'),
    used_percent: percent(
      '交换空间使用率；没有交换空间时缺失',
      'used of total; missing where there is none',
    ),
    in: counter('bytes', '开机以来换入的数据量', 'Swapped in since boot'),
    out: counter('bytes', '开机以来换出的数据量', 'Swapped out since boot'),
  },
} as const satisfies MeasurementDeclaration
