import type { MeasurementDeclaration } from '@wardround/protocol'
import { gauge, percent } from '../field.ts'

/** Memory. Names: Telegraf's mem. */
export const mem = {
  identifyingTags: [],
  fields: {
    total: gauge('bytes', '物理内存总量', 'Memory of the machine'),
    available: gauge(
      'bytes',
      '不换出即可供新程序使用的内存（内核估算；3.14 之前的内核为空闲+缓冲+缓存）',
      'What new programs can have without swapping, as the kernel estimates (before 3.14: free + buffered + cached)',
    ),
    available_percent: percent('可用内存占比', 'available of total'),
    used: gauge(
      'bytes',
      '已用内存（总量减可用，与 free 命令一致）',
      'total − available, as free(1) says it',
    ),
    used_percent: percent('内存使用率', 'used of total'),
    free: gauge('bytes', '完全空闲的内存', 'Not used for anything'),
    buffered: gauge('bytes', '块设备缓冲', 'Buffers of block devices'),
    cached: gauge(
      'bytes',
      '页缓存及可回收的内核缓存',
      'Page cache and reclaimable caches of the kernel',
    ),
    slab: gauge('bytes', '内核对象缓存（slab）', 'Object caches of the kernel'),
    dirty: gauge('bytes', '等待写回磁盘的数据', 'Waiting to be written to disk'),
    shared: gauge('bytes', '共享内存与 tmpfs', 'Shared memory and tmpfs'),
    committed_as: gauge(
      'bytes',
      '已承诺分配的内存',
      'Promised to programs, whether they use it or not',
    ),
    commit_limit: gauge('bytes', '可承诺分配的上限', 'Most that may be promised'),
    huge_pages_total: gauge('count', '大页总数', 'Huge pages reserved'),
    huge_pages_free: gauge('count', '空闲大页数', 'Huge pages not in use'),
  },
} as const satisfies MeasurementDeclaration
