import { swap } from '../../measurements/swap.ts'
import { defineProbe, type FieldValues } from '../../probe.ts'
import { host, type HostSession } from '../../sources/host.ts'
import { parseCounters } from './parse-counters.ts'
import type { Meminfo } from '../../sources/parse-meminfo.ts'

/** Swap space and traffic. Source: /proc/meminfo, /proc/vmstat. Needs: nothing. Names: Telegraf's swap. */
export default defineProbe({
  name: 'host.swap',
  source: host,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 10,
  cost: 'cheap',
  reads: '/proc/meminfo, /proc/vmstat',
  needs: 'none',
  help: { zh: '交换空间', en: 'Swap space' },
  measurements: {
    swap,
  },
  sample({ session, emit, timeMs }) {
    const { portable } = session
    if (portable) return portable.swap().then((fields) => emit('swap', {}, fields))
    emit('swap', {}, readSwap(session, timeMs))
    return undefined
  },
})

function readSwap({ files, memory, pageBytes }: HostSession, timeMs: number): FieldValues {
  const space = toSwapSpace(memory.read(timeMs))
  const vmstat = files.readShared('/proc/vmstat', timeMs)
  const { pswpin, pswpout } = parseCounters(vmstat, '/proc/vmstat', ['pswpin', 'pswpout'])
  return {
    ...space,
    in: pswpin === undefined ? undefined : pswpin * pageBytes,
    out: pswpout === undefined ? undefined : pswpout * pageBytes,
  }
}

export function toSwapSpace(meminfo: Meminfo): FieldValues {
  const total = meminfo.get('SwapTotal')
  const free = meminfo.get('SwapFree')
  if (total === undefined || free === undefined) return {}
  const used = total - free
  return { total, free, used, used_percent: total > 0 ? (100 * used) / total : undefined }
}
