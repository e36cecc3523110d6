import { processes } from '../../measurements/processes.ts'
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
    processes,
  },
  sample({ session, emit, timeMs }) {
    const { portable } = session
    if (portable) return portable.processes().then((fields) => emit('processes', {}, fields))
    emit('processes', {}, toProcessFields(session.processes.read(timeMs)))
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
