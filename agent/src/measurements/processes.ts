import type { MeasurementDeclaration } from '@wardround/protocol'
import { gauge } from '../field.ts'

/** Processes by state. Names: Telegraf's processes. */
export const processes = {
  identifyingTags: [],
  fields: {
    total: gauge('count', '进程总数', 'All processes'),
    running: gauge('count', '运行中（R）', 'Running or ready to run (R)'),
    sleeping: gauge('count', '可中断睡眠（S）', 'Sleeping (S)'),
    blocked: gauge(
      'count',
      '不可中断等待，通常在等磁盘（D）',
      'Waiting without being interruptible, mostly for a disk (D)',
    ),
    stopped: gauge('count', '已停止（T）', 'Stopped (T)'),
    zombies: gauge('count', '僵尸进程（Z）', 'Ended and not yet reaped (Z)'),
    total_threads: gauge('count', '线程总数', 'Threads of all processes'),
  },
} as const satisfies MeasurementDeclaration
