import { gauge } from '../field.ts'
import { healthState, runningState } from './array-component.ts'

/** A LUN or volume that a disk array gives to hosts. */
export const arrayLun = {
  identifyingTags: ['array', 'name'],
  fields: {
    health: healthState(),
    running: runningState(),
    size_bytes: gauge('bytes', '容量', 'Capacity'),
    used_bytes: gauge('bytes', '已分配容量', 'Allocated'),
    latency_ms: gauge('milliseconds', '平均响应时间', 'Mean time of a request', 0.001),
    iops: gauge('per_second', '每秒 I/O 次数', 'Requests a second', 0.1),
    bps: gauge('bytes', '每秒字节数', 'Bytes a second'),
  },
} as const
