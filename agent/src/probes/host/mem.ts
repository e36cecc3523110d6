import { mem } from '../../measurements/mem.ts'
import { defineProbe, type FieldValues } from '../../probe.ts'
import { host } from '../../sources/host.ts'
import type { Meminfo } from '../../sources/parse-meminfo.ts'

/** Memory. Source: /proc/meminfo. Needs: nothing. Names: Telegraf's mem. */
export default defineProbe({
  name: 'host.mem',
  source: host,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 10,
  cost: 'cheap',
  reads: '/proc/meminfo',
  needs: 'none',
  help: { zh: '内存', en: 'Memory' },
  measurements: {
    mem,
  },
  sample({ session, emit, timeMs }) {
    const { portable, memory } = session
    if (portable) return portable.mem().then((fields) => emit('mem', {}, fields))
    emit('mem', {}, toMemFields(memory.read(timeMs)))
    return undefined
  },
})

/** What a kernel does not tell is left out. */
export function toMemFields(meminfo: Meminfo): FieldValues {
  const total = meminfo.get('MemTotal') ?? 0
  const free = meminfo.get('MemFree')
  const buffered = meminfo.get('Buffers')
  const cached = (meminfo.get('Cached') ?? 0) + (meminfo.get('SReclaimable') ?? 0)
  const available = meminfo.get('MemAvailable') ?? (free ?? 0) + (buffered ?? 0) + cached
  const used = Math.max(0, total - available)
  return {
    total,
    available,
    available_percent: (100 * available) / total,
    used,
    used_percent: (100 * used) / total,
    free,
    buffered,
    cached,
    slab: meminfo.get('Slab'),
    dirty: meminfo.get('Dirty'),
    shared: meminfo.get('Shmem'),
    committed_as: meminfo.get('Committed_AS'),
    commit_limit: meminfo.get('CommitLimit'),
    huge_pages_total: meminfo.get('HugePages_Total'),
    huge_pages_free: meminfo.get('HugePages_Free'),
  }
}
