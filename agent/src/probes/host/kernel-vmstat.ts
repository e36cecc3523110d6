import { counter } from '../../field.ts'
import { defineProbe } from '../../probe.ts'
import { host } from '../../sources/host.ts'
import { parseCounters } from './parse-counters.ts'

const NAMES = ['pgmajfault', 'oom_kill', 'pswpin', 'pswpout'] as const

/** Counters of memory management. Source: /proc/vmstat. Needs: nothing. Since: oom_kill Linux 4.13. Names: Telegraf's kernel_vmstat. */
export default defineProbe({
  name: 'host.kernel-vmstat',
  source: host,
  platforms: ['linux'],
  everySeconds: 10,
  cost: 'cheap',
  reads: '/proc/vmstat',
  needs: 'none',
  help: { zh: '内核内存管理计数', en: 'Counters of memory management' },
  measurements: {
    kernel_vmstat: {
      identifyingTags: [],
      fields: {
        pgmajfault: counter(
          'count',
          '需要读盘的缺页次数',
          'Page faults that had to read from disk',
        ),
        oom_kill: counter(
          'count',
          '因内存不足被内核杀死的进程数',
          'Processes that the kernel killed because memory ran out',
        ),
        pswpin: counter('count', '换入的页数', 'Pages swapped in'),
        pswpout: counter('count', '换出的页数', 'Pages swapped out'),
      },
    },
  },
  sample({ session, emit, timeMs }) {
    const vmstat = session.files.readShared('/proc/vmstat', timeMs)
    emit('kernel_vmstat', {}, parseCounters(vmstat, '/proc/vmstat', NAMES))
  },
})
