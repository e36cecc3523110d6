import type { MeasurementDeclaration } from '@wardround/protocol'
import { percent } from '../field.ts'

/** Processor time by use, in percent of the interval. Names: Telegraf's cpu. */
export const cpu = {
  identifyingTags: ['cpu'],
  fields: {
    usage_active: percent('非空闲时间占比', 'All but idle'),
    usage_user: percent('用户态时间占比', 'User mode'),
    usage_system: percent('内核态时间占比', 'Kernel mode'),
    usage_idle: percent('空闲时间占比', 'Idle'),
    usage_nice: percent('低优先级用户态时间占比', 'User mode at low priority'),
    usage_iowait: percent('等待磁盘 I/O 的空闲时间占比', 'Idle while waiting for disk I/O'),
    usage_irq: percent('处理硬中断的时间占比', 'Serving hardware interrupts'),
    usage_softirq: percent('处理软中断的时间占比', 'Serving soft interrupts'),
    usage_steal: percent('被虚拟化平台占走的时间占比', 'Taken by the hypervisor'),
    usage_guest: percent('运行虚拟机的时间占比', 'Running guests of this host'),
  },
} as const satisfies MeasurementDeclaration
