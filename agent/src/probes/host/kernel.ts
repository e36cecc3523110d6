import { counter, gauge } from '../../field.ts'
import { defineProbe } from '../../probe.ts'
import { host } from '../../sources/host.ts'
import { parseKernelStat } from './parse-kernel-stat.ts'
import { parseNumbers } from './parse-numbers.ts'

const ENTROPY = '/proc/sys/kernel/random/entropy_avail'

/** The kernel's own counters. Source: /proc/stat, /proc/sys/kernel/random. Needs: nothing. Names: Telegraf's kernel. */
export default defineProbe({
  name: 'host.kernel',
  source: host,
  platforms: ['linux'],
  everySeconds: 10,
  cost: 'cheap',
  reads: `/proc/stat, ${ENTROPY}`,
  needs: 'none',
  help: { zh: '内核计数', en: 'Counters of the kernel' },
  measurements: {
    kernel: {
      identifyingTags: [],
      fields: {
        boot_time: gauge('timestamp_seconds', '开机时间', 'When the machine was booted'),
        context_switches: counter('count', '上下文切换次数', 'Context switches'),
        interrupts: counter('count', '中断次数', 'Interrupts served'),
        processes_forked: counter('count', '创建的进程与线程数', 'Processes and threads created'),
        entropy_avail: gauge('count', '可用熵（位）', 'Bits of entropy available'),
      },
    },
  },
  sample({ session, emit, timeMs }) {
    const stat = parseKernelStat(session.files.readShared('/proc/stat', timeMs))
    const entropy = session.files.readIfThere(ENTROPY)
    emit(
      'kernel',
      {},
      {
        boot_time: stat.bootTime,
        context_switches: stat.contextSwitches,
        interrupts: stat.interrupts,
        processes_forked: stat.processesForked,
        entropy_avail: entropy && parseNumbers(entropy, ENTROPY)[0],
      },
    )
  },
})
