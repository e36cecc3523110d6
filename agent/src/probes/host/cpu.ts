import { percent } from '../../field.ts'
import { defineProbe, remembers } from '../../probe.ts'
import { host } from '../../sources/host.ts'
import type { CpuTimes } from '../../sources/portable-readings.ts'
import { evaluateCpuUsage } from './cpu-usage.ts'
import { parseCpuTimes } from './parse-cpu-times.ts'

/** Processor time by use, in percent of the interval. Source: /proc/stat. Needs: nothing. Names: Telegraf's cpu. */
export default defineProbe({
  name: 'host.cpu',
  source: host,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 10,
  cost: 'cheap',
  reads: '/proc/stat',
  needs: 'none',
  help: {
    zh: 'CPU 时间的去向，占采集间隔的百分比',
    en: 'Where processor time went, in percent of the interval',
  },
  options: {
    perCore: {
      type: 'boolean',
      default: false,
      help: {
        zh: '除 cpu-total 外还按核心采集（标签 cpu=cpu0、cpu1 …）',
        en: 'By core too (tag cpu=cpu0, cpu1, …), beside cpu-total',
      },
    },
  },
  measurements: {
    cpu: {
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
    },
  },
  remembers: remembers<ReadonlyMap<string, CpuTimes>>(),
  sample({ session, options, emit, timeMs, memory }) {
    const report = (cpus: readonly CpuTimes[]): ReadonlyMap<string, CpuTimes> => {
      const wanted = options.perCore ? cpus : cpus.slice(0, 1)
      for (const now of wanted) {
        const before = memory?.get(now.cpu)
        const usage = before && evaluateCpuUsage(before, now)
        if (usage) emit('cpu', { cpu: now.cpu }, usage)
      }
      return new Map(wanted.map((times) => [times.cpu, times]))
    }
    if (session.portable) return session.portable.cpuTimes().then(report)
    const stat = session.files.readShared('/proc/stat', timeMs)
    return report(parseCpuTimes(stat, options.perCore))
  },
})
