import { cpu } from '../../measurements/cpu.ts'
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
    cpu,
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
