import { gauge } from '../../field.ts'
import { defineProbe, type FieldValues } from '../../probe.ts'
import { host } from '../../sources/host.ts'
import type { ProcessRow } from '../../sources/process-table.ts'

/** Processes by state. Source: /proc/[pid]/stat. Needs: nothing, but hidepid=0 to see all. Names: Telegraf's processes. */
export default defineProbe({
  name: 'host.processes',
  source: host,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 10,
  cost: 'cheap',
  reads: '/proc/[pid]/stat',
  needs: 'none',
  help: { zh: '按状态统计的进程数', en: 'Processes by state' },
  measurements: {
    processes: {
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
    },
  },
  sample({ session, emit, timeMs }) {
    const { portable, processes } = session
    if (portable) return portable.processes().then((fields) => emit('processes', {}, fields))
    emit('processes', {}, toProcessFields(processes.read(timeMs)))
    return undefined
  },
})

/** Idle kernel threads (I) and the few other states are in the total alone. */
export function toProcessFields(rows: readonly ProcessRow[]): FieldValues {
  const counts = { running: 0, sleeping: 0, blocked: 0, stopped: 0, zombies: 0 }
  let threads = 0
  for (const row of rows) {
    threads += row.threads
    if (row.state === 'R') counts.running += 1
    else if (row.state === 'S') counts.sleeping += 1
    else if (row.state === 'D') counts.blocked += 1
    else if (row.state === 'T' || row.state === 't') counts.stopped += 1
    else if (row.state === 'Z') counts.zombies += 1
  }
  return { total: rows.length, ...counts, total_threads: threads }
}
